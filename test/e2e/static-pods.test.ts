// Pods from a folder, on a real daemon.
import assert from 'node:assert/strict'
import {mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {dump} from 'js-yaml'
import {nodes, pods} from '../../src/api/resources.ts'
import type {Pod} from '../../src/api/schema/types.gen.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isReady, mainStatus, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const namespace = 'default'
let home: TestHome
let cluster: HostPods

before(async () => {
  if (!isRoot) return
  home = await startCluster()
  cluster = await hostPods(home)
})
after(() => home?.[Symbol.asyncDispose]())

const folder = (): string => join(home.home, 'mini', 'manifests')
const write = (name: string, pod: Pod): void => {
  mkdirSync(folder(), {recursive: true})
  writeFileSync(join(folder(), `${name}.yaml`), dump({apiVersion: 'v1', kind: 'Pod', ...pod}))
}
const containerOf = (pod: Pod): string => mainStatus(pod)?.containerID ?? ''

test(
  'a file in the folder is a pod that cannot be deleted, changes with the file and goes with it',
  options,
  async () => {
    write('web', podOf('web', hostContainer('exec sleep 1000')))
    const {items} = await cluster.client.list(nodes)
    const node = items[0]?.metadata ?? assert.fail('no node')
    const name = `web-${node.name}`
    const first = await cluster.until(name, isReady)
    const {annotations = {}, ownerReferences, uid} = first.metadata ?? {}
    assert.deepEqual(ownerReferences, [
      {apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid, controller: true},
    ])
    assert.equal(annotations['kubernetes.io/config.source'], 'file')
    assert.match(annotations['kubernetes.io/config.hash'] ?? '', /^[0-9a-f]{32}$/)
    assert.equal(annotations['kubernetes.io/config.mirror'], annotations['kubernetes.io/config.hash'])
    assert.equal(first.spec?.serviceAccountName, undefined)
    assert.ok(first.spec?.tolerations?.some(({effect, operator}) => effect === 'NoExecute' && operator === 'Exists'))

    assert.match(await home.ok(['describe', 'pod', name]), /Normal +Started .* Container started/)

    await cluster.client.delete(pods, {namespace, name})
    await cluster.gone(name, uid)
    const again = await cluster.until(name, isReady)
    assert.equal(containerOf(again), containerOf(first), 'the container went on running')

    write('web', podOf('web', hostContainer('echo second; exec sleep 1000')))
    const second = await cluster.until(name, (pod) => isReady(pod) && containerOf(pod) !== containerOf(first))
    assert.notEqual(
      second.metadata?.annotations?.['kubernetes.io/config.hash'],
      annotations['kubernetes.io/config.hash'],
    )
    // Ready comes before the first line where nothing probes the container.
    await until('the line', async () => (await cluster.logs(name)) === 'second\n')

    writeFileSync(join(folder(), 'web.yaml'), 'apiVersion: v1\nkind: [')
    rmSync(join(folder(), 'web.yaml'))
    await cluster.gone(name)
  },
)

test('what is no pod or needs the API is not run', options, async () => {
  write('config', podOf('config', hostContainer('true', {envFrom: [{configMapRef: {name: 'some'}}]})))
  write('bad', podOf('Bad_Name', hostContainer('true')))
  write('good', podOf('good', hostContainer('exec sleep 1000')))
  await cluster.until(`good-${(await cluster.client.list(nodes)).items[0]?.metadata.name}`, isReady)
  const {items} = await cluster.client.list(pods, {namespace})
  assert.deepEqual(
    items.map(({metadata}) => metadata.name.replace(/-.*/, '')),
    ['good'],
  )
})
