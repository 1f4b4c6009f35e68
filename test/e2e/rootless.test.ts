// Without root: the whole of mini as a user that owns nothing.
import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {makeBusyboxImage} from '../helpers/busybox-image.ts'
import {miniProgram, testHome} from '../helpers/cluster.ts'
import {isRoot, startMiniCri} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const nobody = 65_534
const as = {uid: nobody, gid: nobody}
const can = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, {...as, cwd: '/'}).status === 0
const reason = !isRoot
  ? 'needs root, to become somebody else'
  : !can(miniProgram, ['version', '--client'])
    ? 'another user cannot read this folder'
    : !can('unshare', ['--user', '--map-root-user', 'true']) && 'needs user namespaces'

const ofNobody = (home: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(home)
    } catch {
      return false // it ended
    }
  })

test('a newcomer without root gets pods in user namespaces, and is told what they lack', {skip: reason}, async () => {
  let folder = ''
  {
    await using home = testHome({uid: nobody, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'})
    folder = home.home
    await home.ok(['start'])
    assert.match(
      await home.ok(['status']),
      /runtime +mini, in a user namespace[\s\S]*! not root: containers run in a user namespace/,
    )
    await home.ok([
      'run',
      'a',
      '--image',
      'host',
      '--port',
      '8080',
      '--',
      'sh',
      '-c',
      'trap "exit 0" TERM; echo $(id -u) $(hostname); while :; do sleep 0.1; done',
    ])
    await home.ok(['wait', '--for=condition=Ready', 'pod/a', '--timeout=20s'])
    assert.equal(await home.ok(['logs', 'a']), '0 a\n')
    const {code, stdout} = await home.run(['exec', '-i', 'a', '--', 'sh', '-c', 'cat; ps -e | wc -l; exit 3'], {
      stdin: 'in ',
    })
    assert.equal(code, 3)
    assert.match(stdout, /^in [3-6]\n$/)
    assert.match(await home.ok(['events', '--for', 'pod/a']), /RuntimeLacks .*network of this machine/)

    const archive = join(home.home, '..', 'busybox.tar')
    await makeBusyboxImage('test.local/busybox:1', archive)
    execFileSync('chown', [String(nobody), archive])
    await home.ok(['image', 'load', archive])
    const run = ['run', 'b', '--image', 'test.local/busybox:1', '--image-pull-policy=Never', '--restart=Never']
    await home.ok([...run, '--', 'sh', '-c', 'touch /x && echo wrote'])
    await until('the pod to end', async () => (await home.ok(['get', 'pod', 'b'])).includes('Completed'))
    assert.equal(await home.ok(['logs', 'b']), 'wrote\n')

    const user = JSON.stringify({spec: {securityContext: {runAsUser: 1000}}})
    await home.ok(['run', 'c', '--image', 'host', '--overrides', user, '--', 'true'])
    await until('the refusal', async () =>
      (await home.ok(['events', '--for', 'pod/c'])).includes('user or group 1000 needs root'),
    )

    await home.ok(['stop'])
    await home.ok(['start'])
    await home.ok(['wait', '--for=condition=Ready', 'pod/a', '--timeout=20s'])
  }
  await until('everything to be gone', () => ofNobody(folder).length === 0)
})

test('without user namespaces containers are plain processes, and what they cannot have is refused', {
  skip: reason,
}, async () => {
  await using runtime = await startMiniCri([], undefined, process.env, as)
  const {RuntimeService} = runtime.cri
  const {info} = await RuntimeService.Status({verbose: true})
  assert.equal(info.tier, 'plain')
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {
    command: ['sh', '-c', 'echo $A $(id -u); exit 7'],
    envs: [{key: 'A', value: 'b c'}],
  })
  assert.equal(await runtime.output(id), `b c ${nobody}\n`)
  assert.equal((await runtime.exit(id)).code, 7)
  const containerId = await runtime.start(sandbox, {command: ['sh', '-c', 'sleep 987 & exec sleep 987']})
  const ran = await RuntimeService.ExecSync({containerId, cmd: ['sh', '-c', 'echo in; exit 2'], timeout: 10})
  assert.deepEqual([Buffer.from(ran.stdout).toString(), ran.exitCode], ['in\n', 2])
  await RuntimeService.StopContainer({containerId, timeout: 0})
  assert.equal((await runtime.exit(containerId)).code, 137)
  await until('what it started to be gone', () => ofNobody('sleep\u0000987').length === 0)
  const mounts = [{containerPath: '/data', hostPath: runtime.root}]
  await assert.rejects(runtime.start(sandbox, {command: ['true'], mounts}), /a volume at \/data needs Linux/)
  await assert.rejects(runtime.start(sandbox, {command: ['no-such-command']}), /executable file not found in \$PATH/)
})
