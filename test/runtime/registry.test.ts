import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync} from 'node:fs'
import {createServer} from 'node:http'
import {join} from 'node:path'
import {test} from 'node:test'
import type {Message} from '../../src/lib/cri/messages.ts'
import {parseReference} from '../../src/runtime/images/reference.ts'
import {startDockerRegistry} from '../helpers/docker-registry.ts'
import {type FaultyProxy, startFaultyProxy} from '../helpers/faulty-proxy.ts'
import {type Builder, startBuilder} from '../helpers/image-build.ts'
import {isRoot, type MiniCri, startMiniCri} from '../helpers/mini-cri.ts'
import {tempFolder} from '../helpers/temp.ts'
import {hasBusybox} from '../helpers/test-registry.ts'
import {selfSigned, startTokenServer} from '../helpers/token-server.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !(isRoot && hasBusybox) && 'needs root on Linux and busybox'}
const MEGABYTE = 2 ** 20

const pull = async (runtime: MiniCri, image: string, auth?: Message<'AuthConfig'>): Promise<string> =>
  (await runtime.cri.ImageService.PullImage({image: {image}, ...(auth ? {auth} : {})})).imageRef

const statusOf = async (runtime: MiniCri, image: string) =>
  (await runtime.cri.ImageService.ImageStatus({image: {image}})).image

/** What does not compress: layers keep their size on the way. */
const noise = (bytes: number, seed: string): string => {
  const pieces: string[] = []
  for (let at = 0; at < bytes; at += 64) pieces.push(createHash('sha256').update(`${seed}${at}`).digest('hex'))
  return pieces.join('').slice(0, bytes)
}

/** In the registry under `name`; gives the digest there. */
const push = async (
  builder: Builder,
  name: string,
  dockerfile = 'FROM base\n',
  files = {},
  auth?: Message<'AuthConfig'>,
) => {
  await builder.build(dockerfile, {tags: [name], files})
  const {digest} = await builder.tools.call('Push', {name, ...(auth ? {auth: auth as never} : {})})
  return digest
}

const large = 'FROM base\nCOPY one /one\nCOPY two /two\nCOPY three /three\nCOPY four /four\n'
const largeFiles = Object.fromEntries(['one', 'two', 'three', 'four'].map((name) => [name, noise(MEGABYTE, name)]))

const blobGets = ({asked}: FaultyProxy) =>
  asked.filter(({method, path}) => method === 'GET' && path.includes('/blobs/'))

test('what was pushed can be pulled by tag and by digest, and runs; CRI tells what it is', options, async () => {
  await using registry = await startDockerRegistry()
  await using builder = await startBuilder()
  await using runtime = await startMiniCri()
  const name = `${registry.host}/team/app`
  const digest = await push(builder, `${name}:1`, 'FROM base\nUSER web\nWORKDIR /home/web\nCMD ["id", "-u"]\n')
  const id = await pull(runtime, `${name}:1`)
  const image = await statusOf(runtime, `${name}:1`)
  assert.deepEqual(
    {...image, size: 0},
    {
      id,
      repoTags: [`${name}:1`],
      repoDigests: [`${name}@${digest}`],
      size: 0,
      uid: undefined,
      username: 'web',
      spec: undefined,
      pinned: false,
    },
  )
  assert.equal(await pull(runtime, `${name}@${digest}`), id)
  assert.equal((await statusOf(runtime, `${name}@${digest}`))?.id, id)
  const container = await runtime.start(await runtime.sandbox(), {image: {image: id}})
  assert.equal(await runtime.output(container), '77\n')
  const listed = async (wanted: string): Promise<string[]> =>
    (await runtime.cri.ImageService.ListImages({filter: {image: {image: wanted}}})).images.map((found) => found.id)
  assert.deepEqual([await listed(`${name}:1`), await listed(id), await listed('none')], [[id], [id], []])
  const {info} = await runtime.cri.ImageService.ImageStatus({image: {image: id}, verbose: true})
  assert.deepEqual(JSON.parse(info.info ?? '').imageSpec.config.Cmd, ['id', '-u'])
  await assert.rejects(
    pull(runtime, `${name}:none`),
    new RegExp(`failed to pull and unpack image "${name}:none": .*not found`),
  )
  await assert.rejects(pull(runtime, `${name}@sha256:${'0'.repeat(64)}`), /not found/)
  await push(builder, `${name}:numeric`, 'FROM base\nUSER 1234:5\n')
  await pull(runtime, `${name}:numeric`)
  assert.equal((await statusOf(runtime, `${name}:numeric`))?.uid?.value, 1234)
})

test('a tag that still stands for the same image costs one small question', options, async () => {
  await using registry = await startDockerRegistry()
  await using proxy = await startFaultyProxy(registry.host)
  await using builder = await startBuilder()
  await using runtime = await startMiniCri()
  await push(builder, `${registry.host}/app:1`)
  const id = await pull(runtime, `${proxy.host}/app:1`)
  proxy.asked.length = 0
  assert.equal(await pull(runtime, `${proxy.host}/app:1`), id)
  assert.deepEqual(
    proxy.asked.map(({method, path}) => `${method} ${path}`),
    ['HEAD /v2/app/manifests/1'],
  )
  await push(builder, `${registry.host}/app:1`, 'FROM base\nRUN touch /new\n')
  assert.notEqual(await pull(runtime, `${proxy.host}/app:1`), id)
  assert.deepEqual((await statusOf(runtime, id))?.repoTags, [])
})

test(
  'of an index the manifest for this machine is taken; without one the error says what there is',
  options,
  async () => {
    await using registry = await startDockerRegistry()
    await using builder = await startBuilder()
    await using runtime = await startMiniCri()
    const digest = await push(builder, `${registry.host}/app:1`)
    const type = 'application/vnd.oci.image.manifest.v1+json'
    const url = (tag: string): string => `http://${registry.host}/v2/app/manifests/${tag}`
    const size = (await (await fetch(url('1'), {headers: {accept: type}})).arrayBuffer()).byteLength
    const putIndex = (tag: string, architectures: readonly string[]): Promise<Response> =>
      fetch(url(tag), {
        method: 'PUT',
        headers: {'content-type': 'application/vnd.oci.image.index.v1+json'},
        body: JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.index.v1+json',
          manifests: architectures.map((architecture) => ({
            mediaType: type,
            digest,
            size,
            platform: {os: 'linux', architecture},
          })),
        }),
      })
    const own = process.arch === 'x64' ? 'amd64' : process.arch
    assert.equal((await putIndex('many', ['s390x', own])).status, 201)
    await putIndex('other', ['s390x', 'mips'])
    await pull(runtime, `${registry.host}/app:many`)
    const [repoDigest = ''] = (await statusOf(runtime, `${registry.host}/app:many`))?.repoDigests ?? []
    assert.notEqual(repoDigest.split('@')[1], digest, 'it is the digest of the index')
    await assert.rejects(
      pull(runtime, `${registry.host}/app:other`),
      /no match for platform in manifest: not found .*the image has linux\/s390x, linux\/mips/,
    )
  },
)

test('a registry with a password: right, wrong, none; pushing too', options, async () => {
  await using registry = await startDockerRegistry({password: true})
  await using builder = await startBuilder()
  await using runtime = await startMiniCri()
  const name = `${registry.host}/app:1`
  await builder.build('FROM base\n', {tags: [name]})
  await assert.rejects(builder.tools.call('Push', {name}), /failed to push image ".*app:1": .*401 Unauthorized/)
  await push(builder, name, 'FROM base\n', {}, {username: 'user', password: 'pass'})
  await assert.rejects(pull(runtime, name), /failed with status code \[manifests 1\]: 401 Unauthorized/)
  await assert.rejects(pull(runtime, name, {username: 'user', password: 'wrong'}), /401 Unauthorized/)
  await pull(runtime, name, {auth: Buffer.from('user:pass').toString('base64')})
})

test('a registry with tokens: the token server is asked, as whom the credentials say', options, async () => {
  await using tokens = await startTokenServer()
  await using registry = await startDockerRegistry({tokens: tokens.auth})
  await using builder = await startBuilder()
  await using runtime = await startMiniCri()
  const name = `${registry.host}/app:1`
  await push(builder, name, 'FROM base\n', {}, {username: 'user', password: 'pass'})
  assert.deepEqual(tokens.scopes.at(-1), 'repository:app:pull,push')
  await assert.rejects(
    pull(runtime, name),
    /failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized/,
  )
  await assert.rejects(pull(runtime, name, {username: 'user', password: 'wrong'}), /401/)
  await pull(runtime, name, {username: 'user', password: 'pass'})
  assert.deepEqual(tokens.scopes.at(-1), 'repository:app:pull')
  await runtime.cri.ImageService.RemoveImage({image: {image: name}})
  await pull(runtime, name, {identityToken: 'refresh'})
  await runtime.cri.ImageService.RemoveImage({image: {image: name}})
  await pull(runtime, name, {registryToken: await tokens.token('repository:app:pull')})
})

test(
  'a registry on this machine with a certificate nobody vouches for is spoken to all the same',
  options,
  async () => {
    await using registry = await startDockerRegistry({tls: await selfSigned('registry')})
    await using builder = await startBuilder()
    await using runtime = await startMiniCri()
    await push(builder, `${registry.host}/app:1`)
    await pull(runtime, `${registry.host}/app:1`)
    await assert.rejects(pull(runtime, `${registry.host}/none:1`), /none:1: not found/)
  },
)

test('credentials stay with the registry when blobs are elsewhere', options, async () => {
  await using registry = await startDockerRegistry({password: true})
  await using front = await startFaultyProxy(registry.host)
  await using builder = await startBuilder()
  await using open = await startDockerRegistry()
  await using storage = await startFaultyProxy(open.host)
  await using runtime = await startMiniCri()
  const auth = {username: 'user', password: 'pass'}
  await push(builder, `${registry.host}/app:1`, 'FROM base\n', {}, auth)
  await push(builder, `${open.host}/app:1`)
  front.faults = {redirectTo: storage.host}
  await pull(runtime, `${front.host}/app:1`, auth)
  assert.ok(front.asked.some(({authorization}) => authorization !== undefined))
  assert.ok(storage.asked.length > 0)
  assert.ok(storage.asked.every(({authorization}) => authorization === undefined))
})

test('mirrors are asked in order, without credentials; the registry itself is the last', options, async () => {
  await using registry = await startDockerRegistry()
  await using mirror = await startFaultyProxy(registry.host)
  await using broken = await startFaultyProxy(registry.host)
  await using builder = await startBuilder()
  broken.faults = {status: 500}
  await using runtime = await startMiniCri([
    '--mirror',
    `http://${broken.host}`,
    '--mirror',
    `docker.io=http://${mirror.host}`,
  ])
  await push(builder, `${registry.host}/library/app:1`)
  await pull(runtime, 'app:1', {username: 'user', password: 'pass'})
  assert.deepEqual((await statusOf(runtime, 'app:1'))?.repoTags, ['docker.io/library/app:1'])
  assert.ok(broken.asked.length > 0)
  assert.ok(mirror.asked.every(({authorization}) => authorization === undefined))
})

test('a blob that was changed in the registry is refused by name, and nothing of it stays', options, async () => {
  await using registry = await startDockerRegistry()
  await using builder = await startBuilder()
  await using runtime = await startMiniCri()
  const name = `${registry.host}/app:1`
  await push(builder, name)
  const manifest = (await (
    await fetch(`http://${registry.host}/v2/app/manifests/1`, {
      headers: {accept: 'application/vnd.oci.image.manifest.v1+json'},
    })
  ).json()) as {layers: {digest: string; size: number}[]}
  const [layer] = manifest.layers
  const file = registry.blobFile(layer?.digest ?? '')
  const whole = readFileSync(file)
  const opened = openSync(file, 'r+')
  writeSync(opened, Buffer.from([(whole[1000] ?? 0) ^ 1]), 0, 1, 1000)
  closeSync(opened)
  await assert.rejects(pull(runtime, name), new RegExp(`blob ${layer?.digest} has digest sha256:.*changed on its way`))
  assert.equal((await runtime.cri.ImageService.ListImages({})).images.length, 1)
  writeFileSync(file, whole)
  await pull(runtime, name)
})

test(
  'a connection that keeps breaking is taken up again where it broke; one that is silent is given up',
  options,
  async () => {
    await using registry = await startDockerRegistry()
    await using proxy = await startFaultyProxy(registry.host)
    await using builder = await startBuilder()
    await using runtime = await startMiniCri(['--registry-silence', '0.3'])
    await push(builder, `${registry.host}/app:1`, large, largeFiles)
    proxy.faults = {cutAfter: 200_000}
    await pull(runtime, `${proxy.host}/app:1`)
    const ranges = blobGets(proxy).flatMap(({range}) => range ?? [])
    assert.ok(ranges.length > 8, 'again and again')
    const starts = ranges.map((range) => Number(/\d+/.exec(range)?.[0]))
    assert.ok(Math.max(...starts) > 600_000 && Math.min(...starts) <= 200_000, `further each time: ${starts}`)
    await runtime.cri.ImageService.RemoveImage({image: {image: `${proxy.host}/app:1`}})
    proxy.faults = {hangAfter: 100_000}
    await pull(runtime, `${proxy.host}/app:1`)
    await runtime.cri.ImageService.RemoveImage({image: {image: `${proxy.host}/app:1`}})
    proxy.faults = {cutAfter: 400_000, ignoreRange: true}
    await assert.rejects(pull(runtime, `${proxy.host}/app:1`), /the connection was lost|aborted|terminated/)
    proxy.faults = {}
    const container = await runtime.start(await runtime.sandbox(), {
      image: {image: await pull(runtime, `${proxy.host}/app:1`)},
      command: ['wc', '-c', '/four'],
    })
    assert.match(await runtime.output(container), /^1048576 /)
  },
)

test(
  'three layers at a time; two runtimes of one store and several pods fetch each of them once',
  options,
  async () => {
    await using registry = await startDockerRegistry()
    await using proxy = await startFaultyProxy(registry.host)
    await using builder = await startBuilder()
    await using first = await startMiniCri()
    await using second = await startMiniCri(['--images', join(first.root, 'runtime/images')])
    await push(builder, `${registry.host}/app:1`, large, largeFiles)
    proxy.faults = {slowly: {bytes: 65_536, ms: 5}}
    const name = `${proxy.host}/app:1`
    const ids = await Promise.all([pull(first, name), pull(second, name), pull(first, name), pull(second, name)])
    assert.equal(new Set(ids).size, 1)
    const gets = blobGets(proxy).map(({path}) => path)
    assert.equal(gets.length, new Set(gets).size)
    assert.equal(proxy.mostAtOnce(), 3)
    assert.ok((await statusOf(second, name))?.repoTags.includes(name), 'an image of one is an image of both')
    await second.cri.ImageService.RemoveImage({image: {image: name}})
    assert.equal(await statusOf(first, name), undefined)
  },
)

test(
  'two profiles of one user fetch a blob once, and what they share is gone when both are done',
  options,
  async () => {
    await using registry = await startDockerRegistry()
    await using proxy = await startFaultyProxy(registry.host)
    await using builder = await startBuilder()
    using home = tempFolder()
    const profile = (name: string): Promise<MiniCri> =>
      startMiniCri(['--home', home.path, '--images', join(home.path, name, 'images')])
    await using first = await profile('first')
    await using second = await profile('second')
    await push(builder, `${registry.host}/app:1`, large, largeFiles)
    proxy.faults = {slowly: {bytes: 65_536, ms: 5}}
    const name = `${proxy.host}/app:1`
    await Promise.all([pull(first, name), pull(second, name)])
    const gets = blobGets(proxy).map(({path}) => path)
    assert.equal(gets.length, new Set(gets).size)
    assert.deepEqual(readdirSync(home.path).sort(), ['first', 'second'])
    await first.cri.ImageService.RemoveImage({image: {image: name}})
    const id = await second.start(await second.sandbox(), {image: {image: name}, command: ['wc', '-c', '/one']})
    assert.match(await second.output(id), /^1048576 /)
  },
)

test('a runtime that is killed during a pull has no half image, and goes on with what it has', options, async () => {
  await using registry = await startDockerRegistry()
  await using proxy = await startFaultyProxy(registry.host)
  await using builder = await startBuilder()
  await push(builder, `${registry.host}/app:1`, large, largeFiles)
  proxy.faults = {slowly: {bytes: 32_768, ms: 20}}
  const killed = await startMiniCri()
  const pulling = pull(killed, `${proxy.host}/app:1`).catch(() => 'killed')
  const parts = join(killed.root, 'runtime/images/blobs')
  await until('half of a layer to be there', () =>
    readdirSync(parts).some((entry) => entry.endsWith('.part') && statSync(join(parts, entry)).size > 300_000),
  )
  killed.process.kill('SIGKILL')
  assert.equal(await pulling, 'killed')
  killed.cri[Symbol.dispose]()
  proxy.faults = {}
  proxy.asked.length = 0
  await using runtime = await startMiniCri([], killed.root)
  assert.equal((await runtime.cri.ImageService.ListImages({})).images.length, 1)
  const id = await pull(runtime, `${proxy.host}/app:1`)
  assert.ok(
    blobGets(proxy).some(({range}) => range !== undefined),
    'it asked for the rest only',
  )
  const container = await runtime.start(await runtime.sandbox(), {image: {image: id}, command: ['wc', '-c', '/one']})
  assert.match(await runtime.output(container), /^1048576 /)
  assert.deepEqual(
    readdirSync(parts).filter((entry) => entry.includes('.')),
    [],
  )
})

test('an answer without end is refused: manifests, and blobs beyond their size', options, async () => {
  const bytes = Buffer.from('{}')
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const server = createServer((request, response) => {
    const {method, url = ''} = request
    if (method === 'HEAD') return void response.writeHead(405).end()
    if (url.includes('/manifests/small')) {
      const blob = {digest, size: bytes.length}
      response.end(JSON.stringify({schemaVersion: 2, config: blob, layers: []}))
      return
    }
    const endless = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(MEGABYTE, 0x20)));
    }
    response.on('drain', endless)
    endless()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  try {
    await using runtime = await startMiniCri()
    await assert.rejects(pull(runtime, `${host}/app:huge`), /longer than 8 MiB/)
    await assert.rejects(pull(runtime, `${host}/app:small`), /longer than the 2 bytes of its manifest/)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('names that are none are refused before anybody is asked', () => {
  for (const name of ['UPPER', 'a//b', 'a:b:c', 'a@sha256:1', '-a', `x:${'t'.repeat(129)}`])
    assert.throws(() => parseReference(name), /invalid reference format/, name)
})
