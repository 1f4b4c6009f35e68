// A disk without room under the pods, and a daemon killed while it makes their volumes.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {configMaps, nodes, pods} from '../../src/api/resources.ts'
import {killDaemon, testHome} from '../helpers/cluster.ts'
import {hostContainer, hostPods, isOver, isReady, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const namespace = 'default'

test(
  'on a full disk new pods wait and say why, the pod that filled it is evicted, and then they run',
  options,
  async () => {
    await using home = testHome()
    const folder = join(home.home, 'mini', 'pods')
    mkdirSync(folder, {recursive: true, mode: 0o700})
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder])
    try {
      await home.ok(['start', '--addons', 'none'])
      const cluster = await hostPods(home)
      await cluster.client.create(configMaps, {metadata: {name: 'large', namespace}, data: {text: 'x'.repeat(900_000)}})
      const fill = hostContainer('cat /dev/zero > /work/all 2> /dev/null; exec sleep 1000', {
        volumeMounts: [{name: 'work', mountPath: '/work'}],
      })
      await cluster.client.create(pods, podOf('fills', fill, {volumes: [{name: 'work', emptyDir: {}}]}))
      await cluster.until('fills', isReady)
      const isFull = (): boolean => /100%/.test(execFileSync('df', [folder]).toString())
      while (!isFull()) await new Promise((resolve) => setTimeout(resolve, 20))
      const reads = hostContainer('wc -c < /map/text; exec sleep 1000', {
        volumeMounts: [{name: 'map', mountPath: '/map'}],
      })
      await cluster.client.create(pods, podOf('waits', reads, {volumes: [{name: 'map', configMap: {name: 'large'}}]}))
      const told = async () => (await cluster.events('waits')).some(({message = ''}) => message.includes('ENOSPC'))
      while (!(await told())) await new Promise((resolve) => setTimeout(resolve, 50))
      const {status} = await cluster.until('fills', isOver)
      assert.equal(status?.reason, 'Evicted')
      assert.match(
        status?.message ?? '',
        /^The node was low on resource: ephemeral-storage\. Threshold quantity: \S+, available: 0\. /,
      )
      await cluster.says('waits', '900000\n')
      const [node] = (await cluster.client.list(nodes)).items
      assert.equal(node?.status?.conditions?.find(({type}) => type === 'DiskPressure')?.status, 'True')
    } finally {
      await home.run(['profile', 'delete'])
      execFileSync('sh', ['-c', `umount ${folder} 2> /dev/null; true`])
    }
  },
)

test('a daemon killed again and again while it makes volumes finishes them', options, async () => {
  await using home = testHome()
  await home.ok(['start', '--addons', 'none'])
  let cluster = await hostPods(home)
  const names = Array.from({length: 6}, (_, at) => `source-${at}`)
  for (const name of names)
    await cluster.client.create(configMaps, {metadata: {name, namespace}, data: {a: 'x'.repeat(200_000), b: 'y'}})
  const volumeMounts = names.map((name) => ({name, mountPath: `/${name}`}))
  const volumes = [...names.map((name) => ({name, configMap: {name}})), {name: 'memory', emptyDir: {medium: 'Memory'}}]
  const container = hostContainer('cat /source-*/a | wc -c; cat /source-*/b; echo; exec sleep 1000', {volumeMounts})
  for (const round of [0, 1]) {
    const made = [0, 1, 2].map((at) => `pod-${round}-${at}`)
    await Promise.all(made.map((name) => cluster.client.create(pods, podOf(name, container, {volumes}))))
    await new Promise((resolve) => setTimeout(resolve, 20 + 60 * round))
    await killDaemon(home)
    const stray = join(home.home, 'mini', 'pods', `00000000-0000-0000-0000-00000000000${round}`)
    mkdirSync(join(stray, 'volumes', 'left'), {recursive: true})
    await home.ok(['start'])
    cluster = await hostPods(home)
    for (const name of made) await cluster.says(name, '1200000\nyyyyyy\n')
    assert.equal(existsSync(stray), false, 'what nobody has any more is gone')
  }
})
