// Which proxy a server is reached through: the kubeconfig's, else the environment's.
import {BlockList, isIP} from 'node:net'

type Env = Readonly<Record<string, string | undefined>>

const either = (env: Env, name: string): string => env[name] || env[name.toLowerCase()] || ''

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host)

const matches = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true
  const [range = '', length] = entry.split('/')
  if (length !== undefined) {
    const family = isIP(range)
    if (family === 0 || isIP(host) !== family) return false
    const list = new BlockList()
    list.addSubnet(range, Number(length), family === 6 ? 'ipv6' : 'ipv4')
    return list.check(host, family === 6 ? 'ipv6' : 'ipv4')
  }
  const [, name = '', only] = /^(\[[^\]]*\]|[^:]*|[^:]*:[^:]*:.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (only !== undefined && only !== port) return false
  const plain = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.')
  // `example.com` and `.example.com` stand for what is below them; the first for itself, too.
  if (plain.startsWith('.')) return host.endsWith(plain)
  return host === plain || host.endsWith(`.${plain}`)
}

/** Undefined: straight. */
export const proxyFor = (server: string, configured: string | undefined, env: Env): string | undefined => {
  if (configured) return configured
  const url = new URL(server)
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (isLoopback(host)) return undefined
  const wanted = either(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (wanted === '') return undefined
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const without = either(env, 'NO_PROXY')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
  if (without.some((entry) => matches(entry, host, port))) return undefined
  return /^[a-z0-9]+:\/\//.test(wanted) ? wanted : `http://${wanted}`
}
