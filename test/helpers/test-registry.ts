// A registry in the test, with faults on request, and images made of nothing but busybox.
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {arch, tmpdir} from 'node:os'
import {join} from 'node:path'
import {gzipSync, zstdCompressSync} from 'node:zlib'

export const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((file) => existsSync(file))
export const hasBusybox = busybox !== undefined

export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string
  readonly requests: string[]
  faults: {corrupt?: boolean; cutOnce?: boolean; token?: string; otherPlatform?: boolean}
  /** Layers as folders of path -> content; the first holds busybox as well. */
  push(name: string, layers: readonly Readonly<Record<string, string>>[], config?: object): void
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

const layerTar = (files: Readonly<Record<string, string>>, withBusybox: boolean): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'layer-'))
  try {
    if (withBusybox && busybox) {
      mkdirSync(join(folder, 'bin'))
      copyFileSync(busybox, join(folder, 'bin/busybox'))
      chmodSync(join(folder, 'bin/busybox'), 0o755)
      for (const name of ['sh', 'cat', 'echo', 'id', 'ls', 'sleep', 'env', 'grep', 'true'])
        symlinkSync('busybox', join(folder, 'bin', name))
    }
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), {recursive: true})
      writeFileSync(join(folder, path), content)
    }
    return execFileSync('tar', ['-c', '--owner=0', '--group=0', '-C', folder, '.'], {maxBuffer: 2 ** 28})
  } finally {
    rmSync(folder, {recursive: true})
  }
}

export const startRegistry = async (): Promise<TestRegistry> => {
  const blobs = new Map<string, Buffer>()
  const manifests = new Map<string, {bytes: Buffer; type: string}>()
  const requests: string[] = []
  let cuts = 0
  const registry = {faults: {} as TestRegistry['faults']}

  const sendBlob = (request: IncomingMessage, response: ServerResponse, bytes: Buffer): void => {
    const {corrupt, cutOnce} = registry.faults
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from > 0) response.writeHead(206, {'content-length': bytes.length - from})
    else response.writeHead(200, {'content-length': bytes.length})
    if (cutOnce && bytes.length > 10_000 && cuts++ === 0) {
      response.write(bytes.subarray(0, 5000), () => response.destroy())
      return
    }
    const sent = Buffer.from(bytes.subarray(from))
    if (corrupt) sent[sent.length - 1] = (sent.at(-1) ?? 0) ^ 1
    response.end(sent)
  }
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url ?? '', 'http://x')
    requests.push(pathname)
    if (pathname === '/token') {
      const allowed = request.headers.authorization === `Basic ${Buffer.from('user:pass').toString('base64')}`
      response.writeHead(allowed ? 200 : 401).end(JSON.stringify({token: registry.faults.token}))
      return
    }
    const {token} = registry.faults
    if (token && request.headers.authorization !== `Bearer ${token}`) {
      const realm = `Bearer realm="http://${request.headers.host}/token",service="test",scope="pull"`
      response.writeHead(401, {'www-authenticate': realm}).end()
      return
    }
    const [, , repository, kind, reference = ''] = /^\/v2(\/(.+)\/(manifests|blobs)\/(.+))$/.exec(pathname) ?? []
    const manifest =
      kind === 'manifests' ? (manifests.get(`${repository}:${reference}`) ?? manifests.get(reference)) : undefined
    const blob = kind === 'blobs' ? blobs.get(reference) : undefined
    if (manifest) response.writeHead(200, {'content-type': manifest.type}).end(manifest.bytes)
    else if (blob) sendBlob(request, response, blob)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const keep = (bytes: Buffer): {digest: string; size: number} => {
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return {digest, size: bytes.length}
  }

  return Object.assign(registry, {
    host,
    requests,
    push: (name: string, layers: readonly Readonly<Record<string, string>>[], config: object = {}) => {
      const [repository = '', tag = 'latest'] = name.split(':')
      const archives = layers.map((files, index) => layerTar(files, index === 0))
      const packed = archives.map((archive, index) => (index % 2 === 0 ? gzipSync(archive) : zstdCompressSync(archive)))
      const configBlob = keep(
        Buffer.from(
          JSON.stringify({
            architecture: 'amd64',
            os: 'linux',
            config,
            rootfs: {type: 'layers', diff_ids: archives.map(digestOf)},
          }),
        ),
      )
      const type = 'application/vnd.oci.image.manifest.v1+json'
      const bytes = Buffer.from(
        JSON.stringify({schemaVersion: 2, mediaType: type, config: configBlob, layers: packed.map(keep)}),
      )
      const digest = digestOf(bytes)
      manifests.set(digest, {bytes, type})
      const architecture = registry.faults.otherPlatform ? 's390x' : arch() === 'x64' ? 'amd64' : arch()
      const index = {schemaVersion: 2, manifests: [{digest, size: bytes.length, platform: {os: 'linux', architecture}}]}
      manifests.set(`${repository}:${tag}`, {
        bytes: Buffer.from(JSON.stringify(index)),
        type: 'application/vnd.oci.image.index.v1+json',
      })
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}
