import assert from 'node:assert/strict'
import {connect} from 'node:net'
import {test} from 'node:test'
import {constants, createDeflate} from 'node:zlib'
import {WebSocket} from 'ws'
import {spdyDictionary} from '../../src/lib/spdy-dictionary.ts'
import {isRoot, type MiniCri, startMiniCri} from '../helpers/mini-cri.ts'

const options = {skip: !isRoot && 'needs root on Linux'}

interface Conversation {
  readonly stdout: string
  readonly stderr: string
  readonly status: {status: string; details?: {causes?: {reason?: string; message: string}[]}}
}

const talk = (url: string, protocol: string, say: (socket: WebSocket) => void): Promise<Conversation> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), [protocol])
    const channels = ['', '', '', '']
    socket.on('open', () => say(socket))
    socket.on('message', (message: Buffer) => {
      channels[message[0] ?? 0] += message.subarray(1).toString()
    })
    socket.on('error', reject)
    socket.on('close', () =>
      resolve({stdout: channels[1] ?? '', stderr: channels[2] ?? '', status: JSON.parse(channels[3] || '{}')}),
    )
  })

const sleeper = async (runtime: MiniCri): Promise<string> =>
  runtime.start(await runtime.sandbox(), {command: ['sleep', '1000']})

test('exec over WebSocket carries stdin until it is closed, both outputs and the exit code', options, async () => {
  await using runtime = await startMiniCri()
  const containerId = await sleeper(runtime)
  const {url} = await runtime.cri.RuntimeService.Exec({
    containerId,
    cmd: ['sh', '-c', 'cat; echo done >&2; exit 5'],
    stdin: true,
    stdout: true,
    stderr: true,
  })
  const said = await talk(url, 'v5.channel.k8s.io', (socket) => {
    socket.send(Buffer.from('\0hello '))
    socket.send(Buffer.from('\0world\n'))
    socket.send(Buffer.from([255, 0]))
  })
  assert.deepEqual([said.stdout, said.stderr, said.status.status], ['hello world\n', 'done\n', 'Failure'])
  assert.deepEqual(said.status.details?.causes, [{reason: 'ExitCode', message: '5'}])
})

test('a terminal has the size it is told and a name that the container knows', options, async () => {
  await using runtime = await startMiniCri()
  const containerId = await sleeper(runtime)
  const {url} = await runtime.cri.RuntimeService.Exec({
    containerId,
    cmd: ['sh', '-c', 'while [ "$(stty size)" != "33 101" ]; do sleep 0.02; done; test -t 0 && echo sized; tty'],
    stdin: true,
    stdout: true,
    tty: true,
  })
  const said = await talk(url, 'v5.channel.k8s.io', (socket) => {
    const again = setInterval(() => socket.send(Buffer.from('\x04{"Width":101,"Height":33}')), 50)
    socket.on('close', () => clearInterval(again))
  })
  assert.match(said.stdout, /sized\r\n\/dev\/pts\/0\r\n/)
  assert.equal(said.status.status, 'Success')
})

test('an address works once', options, async () => {
  await using runtime = await startMiniCri()
  const containerId = await sleeper(runtime)
  const {url} = await runtime.cri.RuntimeService.Exec({containerId, cmd: ['true'], stdout: true})
  assert.equal((await talk(url, 'v4.channel.k8s.io', () => undefined)).status.status, 'Success')
  await assert.rejects(
    talk(url, 'v4.channel.k8s.io', () => undefined),
    /404/,
  )
})

test('attach shows what the container writes from now on', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const containerId = await runtime.start(sandbox, {
    command: ['sh', '-c', 'read line; echo "got $line"'],
    stdin: true,
    stdinOnce: true,
  })
  const {url} = await runtime.cri.RuntimeService.Attach({containerId, stdin: true, stdout: true, stderr: true})
  const said = await talk(url, 'v5.channel.k8s.io', (socket) => socket.send(Buffer.from('\0this\n')))
  assert.equal(said.stdout, 'got this\n')
})

/** As much of SPDY's other end as the tests need. */
const spdyClient = (url: string, headers: readonly string[]) => {
  const {hostname, pathname, port} = new URL(url)
  const socket = connect(Number(port), hostname)
  const deflate = createDeflate({dictionary: spdyDictionary()})
  let compress = Promise.resolve(Buffer.alloc(0))
  socket.write(
    [`POST ${pathname} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: SPDY/3.1', ...headers, '', ''].join(
      '\r\n',
    ),
  )
  const data = new Map<number, string>()
  let pending = Buffer.alloc(0)
  let upgraded = false
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    if (!upgraded) {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) return
      assert.match(pending.toString('latin1', 0, end), /^HTTP\/1.1 101/)
      upgraded = true
      pending = pending.subarray(end + 4)
    }
    while (pending.length >= 8) {
      const length = pending.readUInt32BE(4) & 0xffffff
      if (pending.length < 8 + length) return
      const first = pending.readUInt32BE(0)
      if (!(first & 0x80000000)) data.set(first, (data.get(first) ?? '') + pending.toString('utf8', 8, 8 + length))
      pending = pending.subarray(8 + length)
    }
  })
  const block = (fields: Readonly<Record<string, string>>): Buffer => {
    const parts: Buffer[] = []
    const put = (number: number): void => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(number)
      parts.push(bytes)
    }
    put(Object.keys(fields).length)
    for (const text of Object.entries(fields).flat()) {
      put(Buffer.byteLength(text))
      parts.push(Buffer.from(text))
    }
    return Buffer.concat(parts)
  }
  const frameOf = (first: number, flags: number, payload: Buffer): Buffer => {
    const header = Buffer.alloc(8)
    header.writeUInt32BE(first >>> 0, 0)
    header.writeUInt32BE(payload.length, 4)
    header[4] = flags
    return Buffer.concat([header, payload])
  }
  return {
    data,
    closed: new Promise<void>((resolve) => socket.on('close', () => resolve())),
    open: async (id: number, fields: Readonly<Record<string, string>>) => {
      compress = compress.then(
        () =>
          new Promise((resolve) => {
            const chunks: Buffer[] = []
            const collect = (chunk: Buffer): void => void chunks.push(chunk)
            deflate.on('data', collect)
            deflate.write(block(fields))
            deflate.flush(constants.Z_SYNC_FLUSH, () => {
              deflate.off('data', collect)
              resolve(Buffer.concat(chunks))
            })
          }),
      )
      const header = Buffer.alloc(10)
      header.writeUInt32BE(id)
      socket.write(frameOf(0x80030001, 0, Buffer.concat([header, await compress])))
    },
    send: (id: number, text: string, fin = false) => socket.write(frameOf(id, fin ? 1 : 0, Buffer.from(text))),
    end: () => socket.destroy(),
  }
}

test('exec over SPDY carries stdin to its end, the output and the exit code', options, async () => {
  await using runtime = await startMiniCri()
  const containerId = await sleeper(runtime)
  const {url} = await runtime.cri.RuntimeService.Exec({
    containerId,
    cmd: ['sh', '-c', 'cat; exit 7'],
    stdin: true,
    stdout: true,
  })
  const client = spdyClient(url, ['X-Stream-Protocol-Version: v4.channel.k8s.io'])
  for (const [id, streamtype] of [
    [1, 'error'],
    [3, 'stdin'],
    [5, 'stdout'],
  ] as const)
    await client.open(id, {streamtype})
  client.send(3, 'over spdy', true)
  await client.closed
  assert.equal(client.data.get(5), 'over spdy')
  assert.match(client.data.get(1) ?? '', /"ExitCode","message":"7"/)
})

test('port-forward over SPDY reaches a server on the pod address and one on its loopback', options, async () => {
  await using runtime = await startMiniCri()
  const sandbox = await runtime.sandbox()
  const server = `const n=require('net');n.createServer((s)=>s.end('any')).listen(80,'0.0.0.0');n.createServer((s)=>s.end('loop')).listen(81,'127.0.0.1',()=>console.log('up'))`
  const id = await runtime.start(sandbox, {command: [process.execPath, '-e', server]})
  const {RuntimeService} = runtime.cri
  const up = ['sh', '-c', 'until grep -q :0051 /proc/net/tcp; do sleep 0.02; done']
  await RuntimeService.ExecSync({containerId: id, cmd: up, timeout: 20})
  const {url} = await RuntimeService.PortForward({podSandboxId: sandbox.id, port: []})
  const client = spdyClient(url, ['X-Stream-Protocol-Version: portforward.k8s.io'])
  await client.open(1, {streamtype: 'error', port: '80', requestid: '0'})
  await client.open(3, {streamtype: 'data', port: '80', requestid: '0'})
  await client.open(5, {streamtype: 'error', port: '81', requestid: '1'})
  await client.open(7, {streamtype: 'data', port: '81', requestid: '1'})
  while (!client.data.has(3) || !client.data.has(7)) await new Promise(setImmediate)
  assert.deepEqual([client.data.get(3), client.data.get(7)], ['any', 'loop'])
  client.end()
})
