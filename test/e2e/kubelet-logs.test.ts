// Logs that grow too large, on a real daemon.
import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {pods} from '../../src/api/resources.ts'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {type HostPods, hostContainer, hostPods, isReady, podOf} from '../helpers/host-pods.ts'
import {isRoot} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
let home: TestHome
let cluster: HostPods

before(async () => {
  if (!isRoot) return
  const kubelet = {containerLogMaxSize: '8Ki', containerLogMaxFiles: 3, containerLogMonitorInterval: '100ms'}
  home = await startCluster({args: ['--addons', 'none'], kubelet})
  cluster = await hostPods(home)
})
after(() => home?.[Symbol.asyncDispose]())

test('logs are rotated while somebody follows them, who misses no line', options, async () => {
  const script =
    'i=0; while [ $i -lt 900 ]; do i=$((i+1)); echo "line $i"; [ $((i % 30)) = 0 ] && sleep 0.1; done; true'
  await cluster.client.create(pods, podOf('talks', hostContainer(script), {restartPolicy: 'Never'}))
  const {metadata} = await cluster.until('talks', isReady)
  const followed = (await cluster.logs('talks', '?follow=true')).trim().split('\n')
  assert.equal(followed.at(-1), 'line 900')
  const first = Number(followed[0]?.replace('line ', ''))
  assert.deepEqual(
    followed,
    Array.from({length: 900 - first + 1}, (_, at) => `line ${first + at}`),
  )
  const files = readdirSync(join(home.home, 'mini', 'pods', metadata?.uid ?? '', 'logs', 'main'))
  assert.ok(files.length > 1 && files.length <= 3, files.join(' '))
  assert.ok(
    files.every((file) => /^0\.log(\.\d{8}-\d{6}(\.gz)?)?$/.test(file)),
    files.join(' '),
  )
})
