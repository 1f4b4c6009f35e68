// What a container may do, by Linux capability. The defaults are those of every container runtime.
import type {Received} from '../lib/cri/messages.ts'

const defaults = [
  'chown',
  'dac_override',
  'fsetid',
  'fowner',
  'mknod',
  'net_raw',
  'setgid',
  'setuid',
  'setfcap',
  'setpcap',
  'net_bind_service',
  'sys_chroot',
  'kill',
  'audit_write',
]

/** Where nothing holds a container back from opening a device it made, it makes none unless it was told it may. */
export const withoutDevices = defaults.filter((name) => name !== 'mknod')

/** By number. */
export const allCapabilities = (
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service ' +
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin ' +
  'sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override ' +
  'mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'
).split(' ')

/** What this process itself may pass on: the CapBnd line of /proc/self/status. */
export const boundingSet = (status: string): ReadonlySet<string> => {
  const mask = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`)
  return new Set(allCapabilities.filter((_, bit) => (mask >> BigInt(bit)) & 1n))
}

const plain = (name: string): string => name.toLowerCase().replace(/^cap_/, '')

/** Undefined: everything there is. */
export const capabilitiesOf = (
  asked: Pick<Received<'Capability'>, 'addCapabilities' | 'dropCapabilities'> | undefined,
  possible: ReadonlySet<string>,
  usual: readonly string[] = defaults,
): string[] => {
  const add = (asked?.addCapabilities ?? []).map(plain)
  const drop = (asked?.dropCapabilities ?? []).map(plain)
  const base = add.includes('all') ? allCapabilities : drop.includes('all') ? [] : usual
  const kept = new Set([...base, ...add])
  for (const name of drop) if (!add.includes(name)) kept.delete(name)
  return allCapabilities.filter((name) => kept.has(name) && possible.has(name))
}
