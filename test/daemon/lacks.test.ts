import assert from 'node:assert/strict'
import {test} from 'node:test'
import {lacksOf, runtimeTitle} from '../../src/daemon/lacks.ts'

const complete = {platform: 'linux', tier: 'root', hasProgram: () => true} as const
const settings = {runtime: 'mini', launcher: 'auto'} as const

test('what a machine lacks is said', () => {
  assert.match(
    lacksOf(settings, {...complete, tier: 'user-namespace'}).join(),
    /not root: containers run in a user namespace/,
  )
  assert.match(lacksOf(settings, {...complete, tier: 'plain'}).join(), /no user namespaces: .* plain processes/)
  assert.match(lacksOf(settings, {...complete, tier: 'plain', platform: 'darwin'}).join(), /not Linux/)
  assert.match(lacksOf(settings, {...complete, hasProgram: (name) => name === 'ip'}).join(), /no nft/)
  assert.doesNotMatch(lacksOf(settings, complete).join(), /root|Linux|nft/)
})

test('simulated clusters lack nothing', () => {
  assert.deepEqual(lacksOf({runtime: 'simulated'}, {...complete, tier: 'plain'}), [])
})

test('the tier is named', () => {
  assert.equal(runtimeTitle(settings, complete), 'mini, as root')
  assert.equal(runtimeTitle({...settings, launcher: 'crun'}, {tier: 'root'}), 'mini, as root, crun')
  assert.equal(runtimeTitle(settings, {tier: 'user-namespace'}), 'mini, in a user namespace')
  assert.equal(runtimeTitle({...settings, runtime: 'containerd'}, complete), 'containerd')
})
