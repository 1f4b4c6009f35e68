// What goes wrong around a runtime: it is killed, the machine restarts, the disk is full. And what is left of many pods.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {cleanUpRuntime} from '../../src/runtime/cleanup.ts'
import {environmentFor} from '../helpers/launchers.ts'
import {isRoot, type MiniCri, startMiniCri} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'
import {footprint, many} from './footprint.ts'

const options = {skip: !isRoot && 'needs root'}

const killed = async (runtime: MiniCri): Promise<void> => {
  const ended = new Promise((resolve) => runtime.process.once('exit', resolve))
  runtime.process.kill('SIGKILL')
  await ended
  runtime.cri[Symbol.dispose]()
  rmSync(runtime.socket, {force: true})
}

const settled = async (root: string): Promise<ReturnType<typeof footprint>> => {
  await until('the spare sandbox', () => footprint(root).spares === 1 && footprint(root).mounts === 3)
  return footprint(root)
}

test('nothing is left of forty pods', options, async () => {
  await using runtime = await startMiniCri()
  const root = join(runtime.root, 'runtime')
  await many(runtime, 2, 2)
  const before = await settled(root)
  await many(runtime, 40, 8)
  await until(
    'everything to be back',
    async () => {
      assert.deepEqual(await settled(root), before)
      return true
    },
    {timeoutMs: 60_000},
  )
})

test('a container whose first process is killed from outside has ended with 137', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const mark = `sleep 4${process.pid}`
  const id = await runtime.start(sandbox, {command: mark.split(' ')})
  execFileSync('sh', [
    '-c',
    `kill -9 $(ps -eo pid,args | awk '$2 == "sleep" && $3 == "${mark.split(' ')[1]}" {print $1}')`,
  ])
  assert.deepEqual(await runtime.exit(id), {code: 137, reason: 'Error'})
})

for (const launcher of ['unshare', 'runc'])
  test(
    `${launcher}: killed in the middle of starts and execs, the runtime comes back and goes on`,
    options,
    async () => {
      const env = await environmentFor(launcher)
      const first = await startMiniCri(['--launcher', launcher], undefined, env)
      const {RuntimeService} = first.cri
      const sandbox = await first.sandbox()
      const containerId = await first.start(sandbox, {command: ['sleep', '1000']})
      const unsettled = [
        RuntimeService.ExecSync({containerId, cmd: ['sleep', '1000'], timeout: 100}),
        ...Array.from({length: 3}, () => first.start(sandbox, {command: ['sleep', '1000']})),
      ].map((promise) =>
        promise.then(
          () => undefined,
          () => undefined,
        ),
      )
      await until(
        'a start to be under way',
        async () => (await RuntimeService.ListContainers({})).containers.length > 1,
      )
      await killed(first)
      await Promise.all(unsettled)
      await using second = await startMiniCri(['--launcher', launcher], first.root, env)
      const {containers} = await second.cri.RuntimeService.ListContainers({})
      assert.ok(
        containers.every(({state}) => state !== 1),
        'nothing is said to run',
      )
      for (const {id, state} of containers)
        if (state === 0) await second.cri.RuntimeService.StartContainer({containerId: id})
      assert.equal(await second.output(await second.start(sandbox, {command: ['echo', 'again']})), 'again\n')
      await second.cri.RuntimeService.RemovePodSandbox({podSandboxId: sandbox.id})
      assert.deepEqual((await second.cri.RuntimeService.ListContainers({})).containers, [])
    },
  )

test('after a restart of the machine pods are known as ended, and new ones start', options, async () => {
  const first = await startMiniCri()
  const sandbox = await first.sandbox({hostname: 'x', linux: {securityContext: {namespaceOptions: {pid: 0}}}})
  const id = await first.start(sandbox, {command: ['sleep', '1000']})
  await killed(first)
  const root = join(first.root, 'runtime')
  // All that a restart takes away; the files stay, and say that everything runs.
  await cleanUpRuntime(root)
  await using second = await startMiniCri([], first.root)
  const {RuntimeService} = second.cri
  const {status} = await RuntimeService.PodSandboxStatus({podSandboxId: sandbox.id})
  assert.equal(status?.state, 1)
  assert.equal((await second.exit(id)).code, 255)
  const next = await second.sandbox()
  assert.equal(await second.output(await second.start(next, {command: ['echo', 'up']})), 'up\n')
  for (const {id: each} of (await RuntimeService.ListPodSandbox({})).items)
    await RuntimeService.RemovePodSandbox({podSandboxId: each})
  assert.equal((await settled(root)).sandboxes, 0)
})

test('on a full disk pods are refused with that reason, those that run go on, and space helps', options, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mini-full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])
  try {
    const root = join(folder, 'root')
    mkdirSync(root)
    await using runtime = await startMiniCri([], root)
    const sandbox = await runtime.sandbox()
    const containerId = await runtime.start(sandbox, {command: ['sh', '-c', 'while :; do echo tick; sleep 0.02; done']})
    const filler = join(folder, 'filler')
    execFileSync('sh', ['-c', `dd if=/dev/zero of=${filler} bs=4k 2> /dev/null || :`])
    await assert.rejects(async () => {
      for (;;) await runtime.start(await runtime.sandbox(), {command: ['true']})
    }, /ENOSPC|no space left/i)
    const ran = await runtime.cri.RuntimeService.ContainerStatus({containerId})
    assert.equal(ran.status?.state, 1)
    writeFileSync(filler, '')
    rmSync(filler)
    assert.equal(await runtime.output(await runtime.start(await runtime.sandbox(), {command: ['echo', 'ok']})), 'ok\n')
  } finally {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, {recursive: true, force: true})
  }
})
