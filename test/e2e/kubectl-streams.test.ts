// The real kubectl's streams reach a real pod of image `host`.
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {startCluster} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {until} from '../helpers/until.ts'

const script = `console.log('hello'); require('http').createServer((q, s) => s.end('served')).listen(8080)`
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'web'},
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'main',
        image: 'host',
        imagePullPolicy: 'IfNotPresent',
        command: [process.execPath, '-e', script],
        readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1},
      },
    ],
  },
}

test('the real kubectl reads logs, executes, copies both ways and forwards a port', {
  skip: !isRoot && 'needs root on Linux',
}, async () => {
  await using cluster = await startCluster()
  const program = await realKubectl()
  const env = {KUBECONFIG: cluster.kubeconfig}
  const kubectl = async (args: readonly string[], stdin = ''): Promise<string> => {
    const {code, stdout, stderr} = await cluster.run(args, {program, env, stdin, timeoutMs: 15_000})
    assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  await kubectl(['create', '-f', '-'], JSON.stringify(pod))
  await kubectl(['wait', '--for=condition=Ready', 'pod/web', '--timeout=12s'])
  assert.equal(await kubectl(['logs', 'web']), 'hello\n')
  assert.equal(await kubectl(['exec', '-i', 'web', '--', 'cat'], 'through'), 'through')

  const [there, back] = [join(cluster.home, 'there'), join(cluster.home, 'back')]
  writeFileSync(there, 'copied')
  await kubectl(['cp', there, 'web:/tmp/mini-copied'])
  assert.equal(await kubectl(['exec', 'web', '--', 'cat', '/tmp/mini-copied']), 'copied')
  await kubectl(['cp', 'web:/tmp/mini-copied', back])
  assert.equal(readFileSync(back, 'utf8'), 'copied')

  const forward = spawn(program, ['port-forward', 'pod/web', ':8080'], {env: {...cluster.env, ...env}})
  try {
    let printed = ''
    forward.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const port = await until('the local port', () => printed.match(/127\.0\.0\.1:(\d+)/)?.[1])
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'served')
  } finally {
    forward.kill()
  }
})
