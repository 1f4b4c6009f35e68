import assert from 'node:assert/strict'
import {test} from 'node:test'
import {lacksOf} from '../../src/daemon/lacks.ts'

const complete = {platform: 'linux', isRoot: true, hasProgram: () => true}

test('what a machine lacks is said', () => {
  assert.match(lacksOf({runtime: 'mini'}, {...complete, isRoot: false}).join(), /not root/)
  assert.match(lacksOf({runtime: 'mini'}, {...complete, platform: 'darwin'}).join(), /not Linux/)
  assert.match(lacksOf({runtime: 'mini'}, {...complete, hasProgram: (name) => name === 'ip'}).join(), /no nft/)
  assert.doesNotMatch(lacksOf({runtime: 'mini'}, complete).join(), /root|Linux|nft/)
})

test('simulated clusters lack nothing', () => {
  assert.deepEqual(lacksOf({runtime: 'simulated'}, {...complete, isRoot: false}), [])
})
