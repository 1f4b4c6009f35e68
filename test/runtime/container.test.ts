import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import {isRoot, startMiniCri} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}

test('a container of image host runs in namespaces of its own and its output is logged', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {
    command: [
      'sh',
      '-c',
      'echo pid $$; hostname; cat /etc/hostname; printf "%s\\n" "$GREETING"; echo oops >&2; exit 3',
    ],
    envs: [{key: 'GREETING', value: "it's a 'quoted' \"value\" $HOME"}],
  })
  const output = await runtime.output(id)
  assert.deepEqual(
    output.split('\n').sort(),
    ['', 'oops', 'pid 1', 'pod0', 'pod0', "it's a 'quoted' \"value\" $HOME"].sort(),
  )
  assert.deepEqual(await runtime.exit(id), {code: 3, reason: 'Error'})
})

test(
  'what a container writes stays out of this machine, and the runtime folder is hidden from it',
  options,
  async () => {
    await using runtime = await startMiniCri()
    const sandbox = await runtime.sandbox()
    const id = await runtime.start(sandbox, {
      command: ['sh', '-c', `echo x > /etc/mini-was-here; ls ${runtime.root} | wc -l`],
    })
    assert.equal((await runtime.output(id)).trim(), '0')
    assert.equal(existsSync('/etc/mini-was-here'), false)
  },
)

test('a command that is not there fails the start with the usual words', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  await assert.rejects(runtime.start(sandbox, {command: ['no-such-command']}), /executable file not found in \$PATH/)
})

test('user, groups, capabilities and no-new-privileges are as asked', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {
    command: ['sh', '-c', 'id -u; id -g; id -G; grep -E "CapBnd|CapEff|NoNewPrivs" /proc/self/status'],
    linux: {
      securityContext: {
        runAsUser: {value: 1234},
        runAsGroup: {value: 2345},
        supplementalGroups: [3456],
        noNewPrivs: true,
        capabilities: {dropCapabilities: ['ALL'], addCapabilities: ['NET_BIND_SERVICE']},
        namespaceOptions: {pid: 1},
      },
    },
  })
  assert.equal(
    (await runtime.output(id)).replaceAll('\t', ' '),
    '1234\n2345\n2345 3456\nCapEff: 0000000000000000\nCapBnd: 0000000000000400\nNoNewPrivs: 1\n',
  )
})

test('mounts: a folder, a file on a path that is not there, read-only', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {
    command: [
      'sh',
      '-c',
      'cat /data/pod0/c1.log /deep/er/file | head -1; touch /data/x 2>/dev/null || echo read-only; echo on > /logs/out',
    ],
    mounts: [
      {containerPath: '/data', hostPath: `${runtime.root}/logs`, readonly: true},
      {containerPath: '/deep/er/file', hostPath: '/etc/hostname'},
      {containerPath: '/logs', hostPath: `${runtime.root}/logs`},
    ],
  })
  assert.match(await runtime.output(id), /read-only/)
  assert.equal(readFileSync(`${runtime.root}/logs/out`, 'utf8'), 'on\n')
})

test('stop asks first and insists afterwards', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const polite = await runtime.start(sandbox, {
    command: ['sh', '-c', 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done'],
  })
  while (!existsSync(`${runtime.root}/logs/pod0/c1.log`) || !readFileSync(`${runtime.root}/logs/pod0/c1.log`, 'utf8'))
    await new Promise(setImmediate)
  await runtime.cri.RuntimeService.StopContainer({containerId: polite, timeout: 10})
  assert.deepEqual(await runtime.exit(polite), {code: 7, reason: 'Error'})
  const deaf = await runtime.start(sandbox, {command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done']})
  await runtime.cri.RuntimeService.StopContainer({containerId: deaf, timeout: 0})
  assert.deepEqual(await runtime.exit(deaf), {code: 137, reason: 'Error'})
})

test('more memory than the limit ends a container as OOMKilled', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const id = await runtime.start(sandbox, {
    command: ['sh', '-c', 'exec head -c 200000000 /dev/zero | tail'],
    linux: {resources: {memoryLimitInBytes: 20_000_000}},
  })
  assert.equal((await runtime.exit(id)).reason, 'OOMKilled')
})

test(
  'containers of a pod share its address; two pods reach each other and this machine reaches them',
  options,
  async () => {
    await using runtime = await startMiniCri()
    const [one, two] = [await runtime.sandbox(), await runtime.sandbox()]
    const server = `require('net').createServer((s)=>s.end('hello')).listen(8080,()=>console.log('up'))`
    await runtime.start(one, {command: [process.execPath, '-e', server]})
    const read = `const go=()=>require('net').connect(8080,process.argv[1]).on('error',()=>setTimeout(go,20)).on('data',(d)=>console.log(String(d)));go()`
    const inside = await runtime.start(one, {command: [process.execPath, '-e', read, '127.0.0.1']})
    const across = await runtime.start(two, {command: [process.execPath, '-e', read, one.ip]})
    assert.equal(await runtime.output(inside), 'hello\n')
    assert.equal(await runtime.output(across), 'hello\n')
  },
)

test('ExecSync joins the container, gives output and exit code, and ends at its timeout', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const containerId = await runtime.start(sandbox, {command: ['sleep', '1000'], envs: [{key: 'A', value: 'b c'}]})
  const {RuntimeService} = runtime.cri
  const ran = await RuntimeService.ExecSync({
    containerId,
    cmd: ['sh', '-c', 'echo "$A"; echo no >&2; exit 4'],
    timeout: 10,
  })
  assert.deepEqual(
    [Buffer.from(ran.stdout).toString(), Buffer.from(ran.stderr).toString(), ran.exitCode],
    ['b c\n', 'no\n', 4],
  )
  await assert.rejects(RuntimeService.ExecSync({containerId, cmd: ['sleep', '100'], timeout: 1}), /timed out/)
})

test('a container whose runtime is killed ends, and is known as ended afterwards', options, async () => {
  const first = await startMiniCri()
  const sandbox = await first.sandbox()
  const id = await first.start(sandbox, {command: ['sleep', '1000']})
  const {info: _, status} = await first.cri.RuntimeService.ContainerStatus({containerId: id, verbose: true})
  assert.equal(status?.state, 1)
  const ended = new Promise((resolve) => first.process.once('exit', resolve))
  first.process.kill('SIGKILL')
  await ended
  first.cri[Symbol.dispose]()
  const {rmSync} = await import('node:fs')
  rmSync(first.socket)
  await using second = await startMiniCri([], first.root)
  const again = await second.cri.RuntimeService.ContainerStatus({containerId: id})
  assert.deepEqual([again.status?.state, again.status?.exitCode], [2, 255])
})
