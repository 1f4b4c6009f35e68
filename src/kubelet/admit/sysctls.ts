// Kernel settings a pod may ask for. Pure.
import type {ThePod} from '../pods/types.ts'

/** Namespaced, and harmless to the neighbours. */
const safe = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
])

const ipcNames = [/^kernel\.msg/, /^kernel\.sem$/, /^kernel\.shm/, /^fs\.mqueue\./]
const isOfNetwork = (name: string): boolean => name.startsWith('net.')
const isOfIpc = (name: string): boolean => ipcNames.some((pattern) => pattern.test(name))

const isAllowed = (name: string, allowed: readonly string[]): boolean =>
  safe.has(name) ||
  allowed.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name))

/** Names may be written with slashes. */
const dotted = (name: string): string => (/^[^.]*\//.test(name) ? name.replaceAll('/', '.') : name)

export const forbiddenSysctl = ({spec}: ThePod, allowed: readonly string[]): string | undefined => {
  for (const {name} of spec?.securityContext?.sysctls ?? []) {
    const plain = dotted(name)
    if (!isAllowed(plain, allowed)) return `forbidden sysctl: ${JSON.stringify(plain)} not allowlisted`
    if (isOfNetwork(plain) && spec?.hostNetwork)
      return `forbidden sysctl: ${JSON.stringify(plain)} not allowed with host net enabled`
    if (isOfIpc(plain) && spec?.hostIPC)
      return `forbidden sysctl: ${JSON.stringify(plain)} not allowed with host ipc enabled`
  }
  return undefined
}
