// What goes in and out of a running container: exec, attach, port-forward, cp, logs.
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {until as untilTrue} from '../../helpers/until.ts'
import type {MatrixCase} from './cases.ts'

export const streams: readonly MatrixCase[] = [
  {
    name: 'exec gives both outputs and the exit code, carries stdin to its end, and knows the container from outside',
    isSmoke: true,
    async run({exec, pod, ready}) {
      await ready(pod('exec', 'sleep 1000', {env: [{name: 'A', value: 'b c'}], securityContext: {runAsUser: 1000}}))
      const {code, stderr, stdout} = await exec('exec', [
        'sh',
        '-c',
        'echo "$A $FROM_IMAGE $(id -u) $(pwd)"; echo no >&2; exit 4',
      ])
      assert.deepEqual([code, stdout], [4, 'b c yes 1000 /home/app\n'])
      assert.match(stderr, /^no\n/)
      assert.equal((await exec('exec', ['cat'], {stdin: 'through'})).stdout, 'through')
      assert.equal(
        (await exec('exec', ['sh', '-c', 'cat | wc -c'], {stdin: 'x'.repeat(300_000)})).stdout.trim(),
        '300000',
      )
      const missing = await exec('exec', ['no-such-program'])
      assert.notEqual(missing.code, 0)
      assert.match(missing.stderr, /no-such-program.*executable file not found in \$PATH/)
    },
  },
  {
    name: 'a terminal is one, and has a name',
    async run({home, pod, ready}) {
      await ready(pod('terminal', 'sleep 1000'))
      // Only a client on a terminal asks for one: script(1) is that terminal.
      const command = `'${home.mini}' exec -it terminal -- sh -c 'test -t 0 && test -t 1 && echo is a terminal'`
      const {stdout} = await home.run(['-qec', command, '/dev/null'], {program: 'script'})
      assert.match(stdout, /is a terminal/)
    },
  },
  {
    name: 'attach shows what is written from then on and passes stdin',
    async run({home, pod, ready}) {
      await ready(
        pod('attach', 'while read line; do echo "got $line"; done; echo over', {stdin: true, stdinOnce: true}),
      )
      const {stdout} = await home.run(['attach', '-i', 'attach'], {stdin: 'one\ntwo\n'})
      assert.match(stdout, /got one\ngot two\n/)
    },
  },
  {
    name: 'port-forward reaches a server that listens on the loopback of the pod',
    async run({home, pod, ready}) {
      const serve = 'mkdir /tmp/www; printf served > /tmp/www/index.html; exec httpd -f -p 127.0.0.1:8080 -h /tmp/www'
      await ready(
        pod('forward', serve, {
          readinessProbe: {exec: {command: ['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/']}, periodSeconds: 1},
        }),
      )
      const forward = spawn(home.mini, ['port-forward', 'pod/forward', ':8080'], {env: home.env})
      try {
        let printed = ''
        forward.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
        const port = await untilTrue('the local port', () => printed.match(/127\.0\.0\.1:(\d+)/)?.[1])
        const answer = await untilTrue('an answer', async () => (await fetch(`http://127.0.0.1:${port}/`)).text())
        assert.equal(answer, 'served')
      } finally {
        forward.kill()
      }
    },
  },
  {
    name: 'cp brings a file in and out',
    async run({exec, home, pod, ready}) {
      await ready(pod('copy', 'sleep 1000'))
      const [there, back] = [join(home.home, 'there'), join(home.home, 'back')]
      writeFileSync(there, 'copied')
      await home.ok(['cp', there, 'copy:/tmp/file'])
      assert.equal((await exec('copy', ['cat', '/tmp/file'])).stdout, 'copied')
      await home.ok(['cp', 'copy:/tmp/file', back])
      assert.equal(readFileSync(back, 'utf8'), 'copied')
    },
  },
  {
    name: 'logs of the run before, the last lines, and long lines whole',
    async run({create, home, logs, pod, until}) {
      const twice = pod('logs', 'head -c 40000 /dev/zero | tr "\\0" a; echo; echo end', {}, {restartPolicy: 'Always'})
      await create(twice)
      await until(twice, ({status}) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)
      assert.equal(await home.ok(['logs', 'logs', '--previous', '--tail=1']), 'end\n')
      await untilTrue('a log', async () => (await logs('logs')).length === 40_005)
    },
  },
]
