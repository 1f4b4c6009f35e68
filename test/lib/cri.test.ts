import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type TestContext, test} from 'node:test'
import {createCriClient} from '../../src/lib/cri/client.ts'
import {decode, encode} from '../../src/lib/cri/codec.ts'
import {type CriHandlers, criMethods} from '../../src/lib/cri/service.ts'
import {createGrpcServer} from '../../src/lib/grpc/server.ts'
import {GrpcError, grpcCodes, isGrpcCode} from '../../src/lib/grpc/status.ts'

const serve = async (t: TestContext, handlers: CriHandlers) => {
  const folder = mkdtempSync(join(tmpdir(), 'cri-'))
  const socket = join(folder, 's')
  const server = createGrpcServer(criMethods(handlers))
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const client = createCriClient(socket)
  t.after(() => {
    client[Symbol.dispose]()
    server.close()
    rmSync(folder, {recursive: true})
  })
  return client
}

test('a message survives encoding and decoding, nested and repeated fields included', () => {
  const sent = {
    config: {
      metadata: {name: 'web', uid: 'u-1', namespace: 'default', attempt: 3},
      labels: {a: 'b', '': 'empty'},
      portMappings: [{containerPort: 80, hostIp: '::1'}, {hostPort: 8080}],
      linux: {securityContext: {supplementalGroups: [1, 0, 3], runAsUser: {value: 0}}},
    },
    runtimeHandler: 'runc',
  }
  const got = decode('RunPodSandboxRequest', encode('RunPodSandboxRequest', sent))
  assert.equal(got.runtimeHandler, 'runc')
  assert.deepEqual(got.config?.metadata, sent.config.metadata)
  assert.deepEqual({...got.config?.labels}, sent.config.labels)
  assert.deepEqual(
    got.config?.portMappings.map(({containerPort, hostPort}) => [containerPort, hostPort]),
    [
      [80, 0],
      [0, 8080],
    ],
  )
  assert.deepEqual(got.config?.linux?.securityContext?.supplementalGroups, [1, 0, 3])
  assert.deepEqual(got.config?.linux?.securityContext?.runAsUser, {value: 0})
  assert.equal(got.config?.linux?.securityContext?.runAsGroup, undefined)
})

test('negative and very large numbers survive', () => {
  const bytes = encode('ContainerStatus', {exitCode: -1, createdAt: 1_795_240_152_223_396_000})
  const got = decode('ContainerStatus', bytes)
  assert.equal(got.exitCode, -1)
  assert.equal(got.createdAt, 1_795_240_152_223_396_000)
})

test('a broken message is refused', () => {
  assert.throws(() => decode('VersionRequest', Uint8Array.of(10, 200, 1)), RangeError)
})

test('a unary call gets its answer, and an error keeps its code and text', async (t) => {
  const client = await serve(t, {
    RuntimeService: {
      Version: async ({version}) => ({version, runtimeName: 'x'}),
      StopContainer: async () => {
        throw new GrpcError(grpcCodes.notFound, 'no container "ü"')
      },
    },
  })
  assert.equal((await client.RuntimeService.Version({version: 'v1'})).runtimeName, 'x')
  await assert.rejects(client.RuntimeService.StopContainer({}), (error: unknown) => {
    assert.ok(isGrpcCode(error, grpcCodes.notFound))
    assert.equal(error.message, 'no container "ü"')
    return true
  })
  await assert.rejects(client.RuntimeService.Status({}), (error: unknown) => isGrpcCode(error, grpcCodes.unimplemented))
})

test('a stream of answers arrives one by one and ends when the caller leaves', async (t) => {
  let left = false
  const client = await serve(t, {
    RuntimeService: {
      GetContainerEvents: async function* (_, {signal}) {
        for (let index = 0; index < 3; index++) yield {containerId: `c${index}`}
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        left = true
      },
    },
  })
  const ids: string[] = []
  for await (const event of client.RuntimeService.GetContainerEvents({})) if (ids.push(event.containerId) === 3) break
  assert.deepEqual(ids, ['c0', 'c1', 'c2'])
  while (!left) await new Promise((resolve) => setImmediate(resolve))
})

test('a call to a socket nobody listens on fails as unavailable', async () => {
  using client = createCriClient('/nonexistent/socket')
  await assert.rejects(client.RuntimeService.Version({}), (error: unknown) => isGrpcCode(error, grpcCodes.unavailable))
})
