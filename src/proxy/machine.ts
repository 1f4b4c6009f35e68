// What the proxy knows about the machine it runs on: its addresses, and the bridges that pods hang on.
import {existsSync, writeFileSync} from 'node:fs'
import {networkInterfaces} from 'node:os'
import {cidrContains, parseCidr} from '../api/meta/ip.ts'

interface InterfaceAddress {
  readonly name: string
  readonly address: string
}

const isLinkLocal = (address: string): boolean => /^(fe80:|169\.254\.)/i.test(address)

const addresses = (): InterfaceAddress[] =>
  Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries.filter(({address}) => !isLinkLocal(address)).map(({address}) => ({name, address})),
  )

/** Loopback included; without addresses that are only good on one link. */
export const machineAddresses = (): string[] => [...new Set(addresses().map(({address}) => address))]

const isIn = (address: string, ranges: readonly string[]): boolean =>
  ranges.some((range) => {
    const cidr = parseCidr(range)
    return cidr !== undefined && cidrContains(cidr, address)
  })

const write = (file: string, value: string): void => {
  try {
    writeFileSync(file, value)
  } catch {
    // Not a bridge, or read-only in some sandboxes: what depends on it was tried before.
  }
}

/** Whether packets from one port of a bridge to another can be made to pass the rules for forwarded ones. */
export const canFilterBridges = (): boolean => existsSync('/proc/sys/net/bridge/bridge-nf-call-iptables')

/**
 * Pods on one bridge reach each other without passing the machine's rules, unless the bridge is told otherwise; and
 * answers from a pod to a node port on loopback are refused, unless the bridge may carry them. Cheap enough to do often:
 * bridges come with the first pod.
 */
export const preparePodBridges = (podRanges: readonly string[]): void => {
  for (const {address, name} of addresses()) {
    if (!isIn(address, podRanges)) continue
    for (const setting of ['nf_call_iptables', 'nf_call_ip6tables'])
      write(`/sys/class/net/${name}/bridge/${setting}`, '1')
    write(`/proc/sys/net/ipv4/conf/${name}/route_localnet`, '1')
  }
}
