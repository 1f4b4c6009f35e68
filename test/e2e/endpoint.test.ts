// A container runtime that somebody else runs: here one that another cluster left behind.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {killDaemon, testHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {image, startMatrixCluster} from './matrix/cluster.ts'

test('with --container-runtime-endpoint the kubelet works with a runtime that runs already', {
  skip: !isRoot && 'needs root on Linux',
}, async () => {
  await using other = await startMatrixCluster('containerd')
  await killDaemon(other.home)
  const socket = join(other.home.home, 'mini', 'runtime', '1', 'containerd.sock')
  await using home = testHome()
  await home.ok(['start', '--addons', 'none', '--container-runtime-endpoint', `unix://${socket}`])
  assert.match(await home.ok(['get', 'nodes', '-o', 'wide']), /containerd:\/\//)
  assert.match(await home.ok(['status']), /runtime +unix:\/\//)
  await home.ok([
    'run',
    'guest',
    '--image',
    image,
    '--image-pull-policy=Never',
    '--',
    'sh',
    '-c',
    'trap "exit 0" TERM; echo here; while :; do sleep 0.1; done',
  ])
  await home.ok(['wait', '--for=condition=Ready', 'pod/guest', '--timeout=20s'])
  assert.equal(await home.ok(['logs', 'guest']), 'here\n')
  assert.equal((await home.run(['exec', '-i', 'guest', '--', 'cat'], {stdin: 'in'})).stdout, 'in')
  await home.ok(['delete', 'pod', 'guest', '--timeout=20s'])
  await home.ok(['stop'])
  const pid = readFileSync(join(other.home.home, 'mini', 'runtime', '1', 'pid'), 'utf8').trim()
  assert.match(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /containerd/, 'a runtime that is not ours goes on')
})
