// Debian's docker-registry on loopback: a real registry of the test's own, open, with a password, or with tokens.
import {spawn} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {debianPackage} from './debian.ts'
import {tempFolder} from './temp.ts'
import {until} from './until.ts'

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string
  /** Where it keeps a blob. */
  blobFile(digest: string): string
}

export interface TokenAuth {
  readonly realm: string
  readonly service: string
  readonly issuer: string
  /** PEM. */
  readonly certificate: string
}

export interface DockerRegistryOptions {
  /** user:pass may do everything, others nothing. */
  readonly password?: boolean
  readonly tokens?: TokenAuth
  /** PEM. */
  readonly tls?: {readonly certificate: string; readonly key: string}
}

/** bcrypt of "pass". */
const account = 'user:$2b$04$4blySvYXPRL5FUZJvBfiJuVsSys89usAXhqgnBu6ss.lE/GrNpnWC\n'

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const authOf = (folder: string, {password, tokens}: DockerRegistryOptions): object => {
  if (password) {
    writeFileSync(join(folder, 'htpasswd'), account)
    return {auth: {htpasswd: {realm: 'test', path: join(folder, 'htpasswd')}}}
  }
  if (!tokens) return {}
  const {certificate, ...token} = tokens
  writeFileSync(join(folder, 'root.pem'), certificate)
  return {auth: {token: {...token, rootcertbundle: join(folder, 'root.pem')}}}
}

const tlsOf = (folder: string, {tls}: DockerRegistryOptions): object => {
  if (!tls) return {}
  writeFileSync(join(folder, 'server.pem'), tls.certificate)
  writeFileSync(join(folder, 'server.key'), tls.key)
  return {tls: {certificate: join(folder, 'server.pem'), key: join(folder, 'server.key')}}
}

export const startDockerRegistry = async (options: DockerRegistryOptions = {}): Promise<DockerRegistry> => {
  const {env, program} = await debianPackage('docker-registry')
  const folder = tempFolder('mini-registry-')
  const data = join(folder.path, 'data')
  mkdirSync(data)
  const host = `127.0.0.1:${await freePort()}`
  const config = {
    version: '0.1',
    log: {level: 'error'},
    storage: {filesystem: {rootdirectory: data}, delete: {enabled: true}},
    http: {addr: host, ...tlsOf(folder.path, options)},
    ...authOf(folder.path, options),
  }
  // JSON is YAML too.
  writeFileSync(join(folder.path, 'config.yml'), JSON.stringify(config))
  const child = spawn(program('docker-registry'), ['serve', join(folder.path, 'config.yml')], {
    env: {...env, OTEL_TRACES_EXPORTER: 'none'},
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await until('the registry to answer', () => fetch(`http://${host}/v2/`).then(({status}) => status < 500))
  return {
    host,
    blobFile: (digest) => {
      const hex = digest.slice('sha256:'.length)
      return join(data, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data')
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
      folder[Symbol.dispose]()
    },
  }
}
