import assert from 'node:assert/strict'
import http from 'node:http'
import net, {type AddressInfo} from 'node:net'
import {test} from 'node:test'
import {proxyFor} from '../../../src/cli/connection/proxy-for.ts'
import {readBody} from '../../../src/client/body.ts'
import {createHttpTransport} from '../../../src/client/http-transport.ts'

const listening = async (server: net.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const ask = async (server: string, proxy: string): Promise<string> => {
  const transport = await createHttpTransport({server, proxy})
  try {
    const {body} = await transport.request({method: 'GET', url: '/version', headers: {}})
    return (await readBody(body)).toString('utf8')
  } finally {
    await transport[Symbol.asyncDispose]()
  }
}

const answering = (seen: string[]): http.Server =>
  http.createServer((request, response) => {
    seen.push(request.url ?? '')
    response.end('the answer')
  })

test('an HTTP proxy is asked for the whole address', async () => {
  const seen: string[] = []
  const proxy = answering(seen)
  try {
    assert.equal(await ask('http://api.test:80', `http://127.0.0.1:${await listening(proxy)}`), 'the answer')
    assert.deepEqual(seen, ['http://api.test/version'])
  } finally {
    proxy.close()
  }
})

test('a SOCKS5 proxy connects by name', async () => {
  const api = answering([])
  const port = await listening(api)
  const names: string[] = []
  const proxy = net.createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]))
      socket.once('data', (wanted: Buffer) => {
        names.push(wanted.subarray(5, 5 + (wanted[4] ?? 0)).toString())
        const upstream = net.connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
          socket.pipe(upstream).pipe(socket)
        })
        upstream.on('error', () => socket.destroy())
      })
    })
    socket.on('error', () => {})
  })
  try {
    assert.equal(await ask('http://api.test:80', `socks5://127.0.0.1:${await listening(proxy)}`), 'the answer')
    assert.deepEqual(names, ['api.test'])
  } finally {
    proxy.close()
    api.close()
  }
})

test('the proxy of the kubeconfig comes before the one of the environment, and NO_PROXY only concerns the latter', () => {
  const env = {HTTPS_PROXY: 'proxy.test:3128', NO_PROXY: 'example.com,.inner.test,10.0.0.0/8,host.test:8443'}
  const cases: [string, string | undefined][] = [
    ['https://api.test', 'http://proxy.test:3128'],
    ['https://example.com', undefined],
    ['https://api.example.com', undefined],
    ['https://inner.test', 'http://proxy.test:3128'],
    ['https://api.inner.test', undefined],
    ['https://10.1.2.3:6443', undefined],
    ['https://11.1.2.3:6443', 'http://proxy.test:3128'],
    ['https://host.test:8443', undefined],
    ['https://host.test', 'http://proxy.test:3128'],
    ['https://127.0.0.1:6443', undefined],
    ['https://localhost:6443', undefined],
    ['http://api.test', undefined],
  ]
  for (const [server, proxy] of cases) assert.equal(proxyFor(server, undefined, env), proxy, server)
  assert.equal(proxyFor('https://127.0.0.1', 'socks5://p:1', env), 'socks5://p:1')
  assert.equal(proxyFor('https://api.test', undefined, {https_proxy: 'http://lower:1', no_proxy: '*'}), undefined)
})
