// A pod's resolv.conf.
import {existsSync, readFileSync} from 'node:fs'
import type {Message} from '../../lib/cri/messages.ts'
import type {ThePod} from '../pods/types.ts'

export interface DnsSettings {
  readonly clusterDns: string | undefined
  readonly clusterDomain: string
}

const MOST_SERVERS = 3

interface Resolver {
  servers: string[]
  searches: string[]
  options: string[]
}

/** Behind a local stub resolver the real servers are elsewhere: a pod cannot reach the stub. */
const hostFiles = ['/run/systemd/resolve/resolv.conf', '/etc/resolv.conf']

export const parseResolvConf = (text: string): Resolver => {
  const found: Resolver = {servers: [], searches: [], options: []}
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver' && rest[0]) found.servers.push(rest[0])
    if (word === 'search' || word === 'domain') found.searches = rest
    if (word === 'options') found.options.push(...rest)
  }
  return found
}

const hostResolver = (): Resolver => {
  const file = hostFiles.find((path) => existsSync(path))
  return file ? parseResolvConf(readFileSync(file, 'utf8')) : {servers: [], searches: [], options: []}
}

const clusterResolver = (namespace: string, {clusterDns = '', clusterDomain}: DnsSettings): Resolver => ({
  servers: [clusterDns],
  searches: [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...hostResolver().searches],
  options: ['ndots:5'],
})

export const podDns = (pod: ThePod, settings: DnsSettings): Message<'DNSConfig'> => {
  const {dnsConfig, dnsPolicy = 'ClusterFirst', hostNetwork} = pod.spec ?? {}
  const usesCluster =
    settings.clusterDns && (dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork))
  const base: Resolver =
    dnsPolicy === 'None'
      ? {servers: [], searches: [], options: []}
      : usesCluster
        ? clusterResolver(pod.metadata.namespace ?? '', settings)
        : hostResolver()
  const options = new Map(base.options.map((option) => [option.split(':')[0] ?? '', option]))
  for (const {name = '', value} of dnsConfig?.options ?? []) options.set(name, value ? `${name}:${value}` : name)
  return {
    servers: [...new Set([...base.servers, ...(dnsConfig?.nameservers ?? [])])].slice(0, MOST_SERVERS),
    searches: [...new Set([...base.searches, ...(dnsConfig?.searches ?? [])])],
    options: [...options.values()],
  }
}
