// The same container by every launcher that is installed.
import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {test} from 'node:test'
import {isRoot, startMiniCri} from '../helpers/mini-cri.ts'

const places = {unshare: '/usr/bin/unshare', runc: '/usr/sbin/runc', crun: '/usr/bin/crun'} as const

for (const [launcher, program] of Object.entries(places)) {
  // crun refuses machines that mix both versions of control groups.
  const refused = launcher === 'crun' && existsSync('/sys/fs/cgroup/unified')
  const options = {skip: (refused || !(isRoot && existsSync(program))) && `needs root and ${launcher}`}

  test(`${launcher}: output, exit code, user, read-only root, exec`, options, async () => {
    await using runtime = await startMiniCri(['--launcher', launcher])
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
}
