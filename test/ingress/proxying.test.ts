// The ingress's doors with real sockets on both sides; rules and endpoints are given by hand.
import assert from 'node:assert/strict'
import {once} from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'
import {test} from 'node:test'
import {WebSocket, WebSocketServer} from 'ws'
import type {Protocol} from '../../src/ingress/backends.ts'
import {BackendPool} from '../../src/ingress/http1/backend-pool.ts'
import {Http2Front} from '../../src/ingress/http2/front.ts'
import {openDoor} from '../../src/ingress/listen.ts'
import {Router} from '../../src/ingress/router.ts'
import {type Clock, systemClock} from '../../src/lib/clock.ts'
import {fakeClock} from '../helpers/fake-clock.ts'
import {fixedBackends, oneRule} from '../helpers/ingress-parts.ts'
import {until} from '../helpers/until.ts'

const portOf = (server: {address(): unknown}): number => (server.address() as AddressInfo).port

const serve = async (handler: http.RequestListener): Promise<http.Server & AsyncDisposable> => {
  const server = http.createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(server, {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  })
}

/** An endpoint that answers bytes to bytes. */
const serveRaw = async (onSocket: (socket: Socket) => void): Promise<Server & AsyncDisposable> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(server, {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
}

const door = async (
  ports: readonly number[],
  {protocol = 'http', clock = systemClock}: {readonly protocol?: Protocol; readonly clock?: Clock} = {},
) => {
  const backends = fixedBackends(
    ports.map((port) => ({address: '127.0.0.1', port})),
    protocol,
  )
  const router = new Router({table: () => oneRule('a.test'), backends})
  const pool = new BackendPool(clock)
  const front = new Http2Front(router)
  const opened = await openDoor({host: '127.0.0.1', ports: [0], router, pool, http2: front, clock})
  return {
    port: opened.port,
    backends,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]()
      front[Symbol.dispose]()
      pool[Symbol.dispose]()
    },
  }
}

/** Sends these bytes and gives everything that comes until the other side ends or `enough` says so. */
const talk = async (port: number, bytes: string, enough = (_: string): boolean => false): Promise<string> => {
  const socket = connect({port, host: '127.0.0.1', allowHalfOpen: true})
  socket.on('error', () => undefined)
  socket.write(bytes, 'latin1')
  let heard = ''
  for await (const chunk of socket) {
    heard += (chunk as Buffer).toString('latin1')
    if (enough(heard)) break
  }
  socket.destroy()
  return heard
}

const request = (more = '', {method = 'GET', path = '/', version = '1.1'} = {}): string =>
  `${method} ${path} HTTP/${version}\r\nHost: a.test\r\n${more}\r\n`

test('requests of one connection are answered in order, over one connection to the endpoint', async () => {
  await using endpoint = await serve((asked, answer) => answer.end(`<${asked.url}>`))
  let connections = 0
  endpoint.on('connection', () => connections++)
  await using way = await door([portOf(endpoint)])
  const all = request('', {path: '/1'}) + request('', {path: '/2'}) + request('Connection: close\r\n', {path: '/3'})
  assert.deepEqual((await talk(way.port, all)).match(/<.*?>/g), ['</1>', '</2>', '</3>'])
  assert.equal(connections, 1)
  assert.equal(way.backends.open(), 0)
})

test('the endpoint learns who asked; what is between two neighbours stays there', async () => {
  await using endpoint = await serve((asked, answer) => {
    answer.setHeader('Connection', 'x-secret')
    answer.setHeader('X-Secret', '1')
    answer.end(JSON.stringify(asked.headers))
  })
  await using way = await door([portOf(endpoint)])
  const heard = await talk(
    way.port,
    request(
      'X-Forwarded-For: 192.0.2.1\r\nX-Real-IP: 6.6.6.6\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n',
    ),
  )
  const [head = '', body = ''] = heard.split('\r\n\r\n')
  const headers = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1))
  assert.equal(headers['x-forwarded-for'], '192.0.2.1, 127.0.0.1')
  assert.equal(headers['x-real-ip'], '127.0.0.1')
  assert.equal(headers['x-forwarded-proto'], 'http')
  assert.equal(headers['x-forwarded-host'], 'a.test')
  assert.equal(headers['x-forwarded-port'], String(way.port))
  assert.match(headers['x-request-id'], /^[\da-f-]{36}$/)
  assert.equal(headers.te, 'trailers')
  assert.equal('x-hop' in headers, false)
  assert.doesNotMatch(head, /x-secret/i)
})

for (const [what, bytes, status] of [
  [
    'a length and chunks at once',
    request('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n', {method: 'POST'}),
    400,
  ],
  ['two lengths', request('Content-Length: 1\r\nContent-Length: 2\r\n', {method: 'POST'}), 400],
  ['a length that is no number', request('Content-Length: +1\r\n', {method: 'POST'}), 400],
  ['a coding nobody knows', request('Transfer-Encoding: chunked, identity\r\n', {method: 'POST'}), 501],
  ['two hosts', request('Host: b.test\r\n'), 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['a space before the colon', request('Content-Length : 1\r\n'), 400],
  ['a header that goes on in the next line', request('X-A: 1\r\n 2\r\n'), 400],
  ['a line feed alone', request('X-A: 1\nX-B: 2\r\n'), 400],
  ['another version', request('', {version: '3.0'}), 505],
  ['what is no HTTP', 'hello\r\n\r\n', 400],
  ['a head without end', `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(70_000)}`, 431],
  ['a name without a rule', 'GET / HTTP/1.1\r\nHost: b.test\r\n\r\n', 404],
] as const)
  test(`refused with ${status}: ${what}`, async () => {
    await using endpoint = await serve((_, answer) => answer.end('reached'))
    await using way = await door([portOf(endpoint)])
    const heard = await talk(way.port, bytes)
    assert.match(heard, new RegExp(`^HTTP/1.1 ${status} `))
    assert.doesNotMatch(heard, /reached/)
  })

test('a chunk that is longer than it says ends the request', async () => {
  await using endpoint = await serve((asked, answer) => asked.resume().on('end', () => answer.end('reached')))
  await using way = await door([portOf(endpoint)])
  const heard = await talk(
    way.port,
    `${request('Transfer-Encoding: chunked\r\n', {method: 'POST'})}1\r\nabc\r\n0\r\n\r\n`,
  )
  assert.match(heard, /^HTTP\/1.1 400 /)
})

test('chunks and trailers pass both ways', async () => {
  await using endpoint = await serve((asked, answer) => {
    let body = ''
    asked.on('data', (chunk) => (body += chunk))
    asked.on('end', () => {
      answer.writeHead(200, {trailer: 'x-sum'})
      answer.write(`got ${body}`)
      answer.addTrailers({'x-sum': String(asked.trailers['x-in'])})
      answer.end()
    })
  })
  await using way = await door([portOf(endpoint)])
  const body = '3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nX-In: 7\r\n\r\n'
  const head = request('Transfer-Encoding: chunked\r\nConnection: close\r\n', {method: 'POST'})
  const heard = await talk(way.port, head + body)
  assert.match(heard, /got abcdefg/)
  assert.match(heard, /0\r\nx-sum: 7\r\n\r\n$/i)
})

test('an answer is passed on as it comes, event by event', async () => {
  let send = (_: string): void => undefined
  await using endpoint = await serve((_, answer) => {
    answer.writeHead(200, {'content-type': 'text/event-stream'})
    send = (text) => void answer.write(text)
    send('data: 1\n\n')
  })
  await using way = await door([portOf(endpoint)])
  await talk(way.port, request(), (heard) => heard.includes('data: 1'))
  await until('the endpoint to hear that nobody listens any more', () => way.backends.open() === 0)
})

test('an endpoint that does not read makes the client wait', async () => {
  await using endpoint = await serveRaw((socket) => void socket.pause())
  await using way = await door([portOf(endpoint)])
  const client = connect(way.port, '127.0.0.1').on('error', () => undefined)
  client.write(request(`Content-Length: ${2 ** 30}\r\n`, {method: 'PUT'}))
  const block = Buffer.alloc(2 ** 20)
  let sent = 0
  while (sent < 256) {
    sent += 1
    if (client.write(block)) continue
    const drained = await Promise.race([once(client, 'drain'), systemClock.sleep(300).then(() => undefined)])
    if (!drained) break
  }
  assert.ok(sent < 64, `${sent} MB went nowhere`)
  client.destroy()
})

test('a large upload arrives whole', async () => {
  await using endpoint = await serve(async (asked, answer) => {
    let bytes = 0
    for await (const chunk of asked) bytes += (chunk as Buffer).length
    answer.end(String(bytes))
  })
  await using way = await door([portOf(endpoint)])
  const asked = http.request({port: way.port, method: 'POST', headers: {host: 'a.test'}})
  const block = Buffer.alloc(2 ** 20)
  for (let at = 0; at < 100; at++) if (!asked.write(block)) await once(asked, 'drain')
  asked.end()
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const chunk of answer) text += chunk
  assert.equal(text, String(100 * 2 ** 20))
})

test('WebSockets work, and end with either side', async () => {
  await using endpoint = await serve(() => undefined)
  new WebSocketServer({server: endpoint}).on('connection', (socket, asked) => {
    socket.on('message', (data) => socket.send(`${asked.url} ${data}`))
  })
  await using way = await door([portOf(endpoint)])
  const client = new WebSocket(`ws://127.0.0.1:${way.port}/chat`, {headers: {host: 'a.test'}})
  await once(client, 'open')
  client.send('hello')
  const [data] = await once(client, 'message')
  assert.equal(String(data), '/chat hello')
  client.close()
  await once(client, 'close')
  await until('the endpoint to be free', () => way.backends.open() === 0)
})

test('an endpoint that refuses is passed over, with the body still whole', async () => {
  const gone = await serve(() => undefined)
  const port = portOf(gone)
  await gone[Symbol.asyncDispose]()
  await using endpoint = await serve((asked, answer) => asked.pipe(answer))
  await using way = await door([port, portOf(endpoint)])
  for (let at = 0; at < 3; at++) {
    const heard = await talk(
      way.port,
      `${request('Content-Length: 5\r\nConnection: close\r\n', {method: 'POST'})}12345`,
    )
    assert.match(heard, /12345/)
  }
  await using nobody = await door([port])
  assert.match(await talk(nobody.port, request()), /^HTTP\/1.1 502 /)
})

test('a kept connection that was closed meanwhile is replaced for a GET and not for a POST', async () => {
  let requests = 0
  await using endpoint = await serveRaw((socket) => {
    let isFirst = true
    socket.on('data', () => {
      requests += 1
      // The second request on a connection finds it closed.
      if (isFirst) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      else socket.destroy()
      isFirst = false
    })
  })
  await using way = await door([portOf(endpoint)])
  const once200 = (heard: string): boolean => heard.endsWith('ok') || heard.includes('502')
  for (let at = 0; at < 3; at++) assert.match(await talk(way.port, request(), once200), / 200 OK/)
  const post = `${request('Content-Length: 1\r\n', {method: 'POST'})}x`
  assert.match(await talk(way.port, post, once200), / 502 /)
  assert.equal(requests, 6)
})

test('clients of HTTP/1.0 get no chunks, and the end of the connection', async () => {
  await using endpoint = await serve((_, answer) => {
    answer.write('one ')
    answer.end('two')
  })
  await using way = await door([portOf(endpoint)])
  const heard = await talk(way.port, request('Connection: keep-alive\r\n', {version: '1.0'}))
  assert.match(heard, /\r\n\r\none two$/)
  assert.doesNotMatch(heard, /chunked/i)
})

test('a HEAD has the length of what it left out; early answers come before the answer', async () => {
  await using endpoint = await serve((_, answer) => {
    answer.writeEarlyHints({link: '</a.css>; rel=preload'})
    answer.writeHead(200, {'content-length': 1234})
    answer.end()
  })
  await using way = await door([portOf(endpoint)])
  const heard = await talk(way.port, request('Connection: close\r\n', {method: 'HEAD'}))
  assert.match(heard, /^HTTP\/1.1 103 [\s\S]*HTTP\/1.1 200 OK[\s\S]*content-length: 1234\r\n[\s\S]*\r\n\r\n$/i)
})

test('Expect: 100-continue is between the client and the endpoint', async () => {
  await using endpoint = await serve((asked, answer) => asked.pipe(answer))
  await using way = await door([portOf(endpoint)])
  const asked = http.request({port: way.port, method: 'PUT', headers: {host: 'a.test', expect: '100-continue'}})
  asked.flushHeaders()
  await once(asked, 'continue')
  asked.end('body')
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const chunk of answer) text += chunk
  assert.equal(text, 'body')
})

test('an endpoint that says nothing is given up on', async () => {
  const clock = fakeClock()
  let isReached = false
  await using endpoint = await serveRaw((socket) => {
    socket.on('data', () => {
      isReached = true
    })
  })
  await using way = await door([portOf(endpoint)], {clock})
  const answer = talk(way.port, request())
  await until('the request to arrive', () => isReached)
  for (let at = 0; at < 70; at++) await clock.advance(1_000)
  assert.match(await answer, /^HTTP\/1.1 504 /)
  assert.equal(way.backends.open(), 0)
})

test('HTTP/2 without TLS reaches endpoints that speak HTTP/1', async () => {
  await using endpoint = await serve((asked, answer) => {
    answer.writeHead(201, {'x-method': asked.method, 'x-for': asked.headers['x-forwarded-for']})
    asked.pipe(answer)
  })
  await using way = await door([portOf(endpoint)])
  const session = http2.connect(`http://127.0.0.1:${way.port}`)
  const asked = session.request({':path': '/x', ':method': 'POST', ':authority': 'a.test'})
  asked.end('hello')
  const [headers] = await once(asked, 'response')
  assert.equal(headers[':status'], 201)
  assert.equal(headers['x-method'], 'POST')
  assert.equal(headers['x-for'], '127.0.0.1')
  let text = ''
  for await (const chunk of asked) text += chunk
  assert.equal(text, 'hello')
  session.close()
  await until('the endpoint to be free', () => way.backends.open() === 0)
})

test('gRPC passes: HTTP/2 to the endpoint, both directions at once, the outcome in trailers', async () => {
  const server = http2.createServer()
  server.on('stream', (stream, headers) => {
    if (headers[':path'] === '/fail') {
      stream.respond({':status': 200, 'grpc-status': '5'}, {endStream: true})
      return
    }
    stream.respond({':status': 200, 'content-type': 'application/grpc'}, {waitForTrailers: true})
    stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': '0', 'grpc-message': 'fine'}))
    stream.pipe(stream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using way = await door([portOf(server)])
  const session = http2.connect(`http://127.0.0.1:${way.port}`)
  const grpc = {':method': 'POST', ':authority': 'a.test', 'content-type': 'application/grpc', te: 'trailers'}
  const call = session.request({...grpc, ':path': '/echo'})
  call.write('ping')
  const [first] = await once(call, 'data')
  assert.equal(String(first), 'ping')
  call.end()
  const [trailers] = await once(call, 'trailers')
  assert.equal(trailers['grpc-message'], 'fine')
  const failed = session.request({...grpc, ':path': '/fail'})
  failed.end()
  const [headers] = await once(failed, 'response')
  assert.equal(headers['grpc-status'], '5')
  session.close()
  server.close()
})

test('endpoints that speak HTTP/2 only say so to who asks with HTTP/1', async () => {
  await using way = await door([1], {protocol: 'h2c'})
  assert.match(await talk(way.port, request()), /502[\s\S]*HTTP\/2/)
})
