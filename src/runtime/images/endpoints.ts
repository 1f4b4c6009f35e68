// Where to ask for an image: its mirrors, in order, then its registry.
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {isIP} from 'node:net'
import {join} from 'node:path'
import type {Reference} from './reference.ts'

export interface RegistrySettings {
  /** `docker.io=http://127.0.0.1:5000`; without a registry before it, of Docker Hub. */
  readonly mirrors: readonly string[]
  /** Hosts or ranges without TLS, or with a certificate nobody vouches for. */
  readonly insecureRegistries: readonly string[]
  /** How long a registry may be silent. */
  readonly silenceMs: number
  /** The folder of all profiles, whose blobs serve all of them. */
  readonly home?: string | undefined
}

export interface Endpoint {
  /** `https://registry-1.docker.io`, without `/v2`. */
  readonly base: string
  /** Credentials are for the registry, not for those who copy it. */
  readonly isMirror: boolean
  readonly insecure: boolean
  /** Certificates of authorities that this registry's own may be signed by. */
  readonly authorities: readonly string[]
}

const hostOf = (registry: string): string => registry.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')

const isLoopback = (registry: string): boolean => {
  const host = hostOf(registry)
  return host === 'localhost' || (isIP(host) === 4 ? host.startsWith('127.') : host === '::1')
}

const numberOf = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const inRange = (ip: string, range: string): boolean => {
  const [base = '', bits = ''] = range.split('/')
  if (isIP(ip) !== 4 || isIP(base) !== 4 || !/^\d+$/.test(bits)) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(base) / size)
}

const isInsecure = (registry: string, {insecureRegistries}: RegistrySettings): boolean =>
  insecureRegistries.some(
    (given) => given === registry || given === hostOf(registry) || inRange(hostOf(registry), given),
  )

/** Where docker looks: `/etc/docker/certs.d/<host>/*.crt`. */
const authoritiesOf = (registry: string): string[] => {
  const folder = join('/etc/docker/certs.d', registry)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.crt'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

const mirrorOf = (mirror: string, registry: string): string[] => {
  const [, name = 'docker.io', url = ''] = /^(?:([^=/]+)=)?(.+)$/.exec(mirror) ?? []
  if (name !== registry) return []
  return [(/^https?:\/\//.test(url) ? url : `https://${url}`).replace(/\/$/, '')]
}

export const endpointsOf = ({registry}: Reference, settings: RegistrySettings): Endpoint[] => {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  const insecure = isInsecure(registry, settings)
  const authorities = authoritiesOf(registry)
  const own = (scheme: string): Endpoint => ({base: `${scheme}://${host}`, isMirror: false, insecure, authorities})
  const mirrors = settings.mirrors
    .flatMap((mirror) => mirrorOf(mirror, registry))
    .map((base): Endpoint => ({base, isMirror: true, insecure: false, authorities: []}))
  if (isLoopback(registry)) return [...mirrors, own('http'), {...own('https'), insecure: true}]
  return [...mirrors, own('https'), ...(insecure ? [own('http')] : [])]
}
