// The same container by every launcher.
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {environmentFor, launchers} from '../helpers/launchers.ts'
import {isRoot, startMiniCri} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !isRoot && 'needs root'}

for (const launcher of launchers) {
  test(`${launcher}: output, exit code, user, read-only root, exec`, options, async () => {
    await using runtime = await startMiniCri(['--launcher', launcher], undefined, await environmentFor(launcher))
    const sandbox = await runtime.sandbox()
    const id = await runtime.start(sandbox, {
      command: ['sh', '-c', 'echo $$ $(hostname) $(id -u); touch /x 2> /dev/null || echo read-only; exit 9'],
      linux: {securityContext: {runAsUser: {value: 1000}, readonlyRootfs: true, namespaceOptions: {pid: 1}}},
    })
    assert.equal(await runtime.output(id), '1 pod0 1000\nread-only\n')
    assert.equal((await runtime.exit(id)).code, 9)
    const containerId = await runtime.start(sandbox, {command: ['sleep', '1000']})
    const {stdout, exitCode} = await runtime.cri.RuntimeService.ExecSync({
      containerId,
      cmd: ['sh', '-c', 'hostname; exit 2'],
      timeout: 20,
    })
    assert.deepEqual([Buffer.from(stdout).toString(), exitCode], ['pod0\n', 2])
    await assert.rejects(
      runtime.start(sandbox, {command: ['no-such-command']}),
      /executable file|no such file|not found/i,
    )
  })

  test(`${launcher}: a command that exceeds its time is ended, and nothing of a pod is left`, options, async () => {
    await using runtime = await startMiniCri(['--launcher', launcher], undefined, await environmentFor(launcher))
    const {RuntimeService} = runtime.cri
    const sandbox = await runtime.sandbox()
    const containerId = await runtime.start(sandbox, {command: ['sleep', '1000']})
    const cmd = ['sh', '-c', `exec sleep ${1000 + process.pid}`]
    await assert.rejects(RuntimeService.ExecSync({containerId, cmd, timeout: 1}), /timed out/)
    const runs = (): boolean =>
      readdirSync('/proc').some((pid) => readText(`/proc/${pid}/cmdline`) === `sleep\0${1000 + process.pid}\0`)
    await until('the command to be gone', () => !runs())
    await RuntimeService.RemovePodSandbox({podSandboxId: sandbox.id})
    assert.equal(readText('/proc/self/mounts').includes(join(runtime.root, 'runtime', 'containers')), false)
    assert.equal(readText('/proc/self/mounts').includes(sandbox.id), false)
    for (const controller of readdirSync('/sys/fs/cgroup'))
      assert.equal(groupsBelow(`/sys/fs/cgroup/${controller}`).includes(containerId), false, controller)
  })
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // no such process any more
  }
}

const groupsBelow = (folder: string): string => {
  try {
    return readdirSync(folder, {recursive: true}).join('\n')
  } catch {
    return '' // a file, or a group that went away just now
  }
}
