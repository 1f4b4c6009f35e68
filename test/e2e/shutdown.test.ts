// Pods whose node stops, is paused, or goes down for good, on real daemons.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {pods} from '../../src/api/resources.ts'
import {startCluster} from '../helpers/cluster.ts'
import {hostContainer, hostPods, isReady, mainStatus, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {tempFolder} from '../helpers/temp.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const args = ['--addons', 'none']

const diary = (folder: string) => ({
  volumeMounts: [{name: 'diary', mountPath: '/diary'}],
  volumes: [{name: 'diary', hostPath: {path: folder}}],
})

test(
  'pods end gracefully with a stop and come back with the next start; a pause only freezes them',
  options,
  async () => {
    using folder = tempFolder()
    const {volumeMounts, volumes} = diary(folder.path)
    const said = (): string => readFileSync(join(folder.path, 'said'), 'utf8')
    await using home = await startCluster({args})
    const cluster = await hostPods(home)
    const script = `trap 'echo ended >> /diary/said; exit 0' TERM; echo started >> /diary/said; while true; do date +%s%N > /diary/now; sleep 0.05; done`
    const lifecycle = {preStop: {exec: {command: ['sh', '-c', 'echo hook >> /diary/said']}}}
    await cluster.client.create(
      pods,
      podOf('stays', hostContainer(script, {volumeMounts, lifecycle}), {volumes, terminationGracePeriodSeconds: 5}),
    )
    await cluster.until('stays', isReady)
    const now = (): string => readFileSync(join(folder.path, 'now'), 'utf8')
    await home.ok(['pause'])
    const frozenAt = now()
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(now(), frozenAt, 'stands still')
    await home.ok(['unpause'])
    while (now() === frozenAt) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(said(), 'started\n', 'the same process goes on')

    await home.ok(['stop'])
    assert.equal(said(), 'started\nhook\nended\n')
    await home.ok(['start', ...args])
    const again = await hostPods(home)
    const back = await again.until('stays', (pod) => mainStatus(pod)?.restartCount === 1 && isReady(pod))
    assert.equal(back.status?.phase, 'Running')
  },
)

test('a node with a period for its shutdown tells its pods that they failed for its sake', options, async () => {
  const kubelet = {shutdownGracePeriod: '4s', shutdownGracePeriodCriticalPods: '1s'}
  await using home = await startCluster({args, kubelet})
  const cluster = await hostPods(home)
  await cluster.client.create(pods, podOf('goes', hostContainer('exec sleep 1000')))
  await cluster.until('goes', isReady)
  await home.ok(['stop'])
  await home.ok(['start', ...args])
  // Not the phase: a daemon that is in a hurry ends before its pod is seen to have failed.
  const {status} = await (await hostPods(home)).until('goes', (pod) => pod.status?.reason === 'Terminated')
  assert.deepEqual(
    [status?.reason, status?.message],
    ['Terminated', 'Pod was terminated in response to imminent node shutdown.'],
  )
  const disruption = status?.conditions?.find(({type}) => type === 'DisruptionTarget')
  assert.equal(disruption?.reason, 'TerminationByKubelet')
})
