// The bridge that pods of this node hang on, and the way out of it. Made when the first pod needs it.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {runProgram, tryProgram} from '../run-program.ts'
import type {AddressPool, PodAddresses} from './addresses.ts'
import {masqueradeByMessages, removeTableByMessages} from './netfilter.ts'

/** What bridges' names begin with. */
const BRIDGES = 'mini'

/** Packets of pods to anywhere else leave with this machine's address; other nodes' pods see theirs. */
const masquerade = (family: 'ip' | 'ip6', table: string, cidr: string): string => `
table ${family} ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ${family} saddr ${cidr} oifname != "${BRIDGES}*" masquerade
  }
}
`

/** The exit code for a program that is not there. */
const MISSING = 127

const setSysctl = (name: string, value: string): void => {
  try {
    writeFileSync(`/proc/sys/${name}`, value)
  } catch {
    // Read-only in some sandboxes: pods still reach each other and this machine.
  }
}

const USUAL_MTU = 1500

/** What leaves this machine should fit: no larger than its way out takes. */
export const podMtu = (): number => {
  try {
    const [device] =
      readFileSync('/proc/net/route', 'utf8')
        .split('\n')
        .map((line) => line.split('\t'))
        .find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000') ?? []
    const mtu = device ? Number(readFileSync(`/sys/class/net/${device}/mtu`, 'utf8')) : USUAL_MTU
    return Math.min(mtu, USUAL_MTU)
  } catch {
    // No way out at all.
    return USUAL_MTU
  }
}

const isForwarding = (): boolean => {
  try {
    return readFileSync('/proc/sys/net/ipv6/conf/all/forwarding', 'utf8').trim() === '1'
  } catch {
    return false
  }
}

/** Of newer kernels: forwards what comes in here, and leaves everything else about the device as it was. */
const forcing = (device: string): string => `net/ipv6/conf/${device}/force_forwarding`

const waysOutOfIpv6 = (): readonly string[] => {
  try {
    const routes = readFileSync('/proc/net/ipv6_route', 'utf8').trim().split('\n')
    const fields = routes.map((line) => line.trim().split(/\s+/))
    const defaults = fields.filter(([to = '', length]) => /^0+$/.test(to) && length === '00')
    return [...new Set(defaults.flatMap((route) => route.at(-1) ?? []))].filter((device) => device !== 'lo')
  } catch {
    return [] // no IPv6 at all
  }
}

/** The last one puts the light out. */
const stopForwardingIpv6 = (): void => {
  if (readdirSync('/sys/class/net').some((device) => device.startsWith(BRIDGES))) return
  for (const device of waysOutOfIpv6()) if (existsSync(`/proc/sys/${forcing(device)}`)) setSysctl(forcing(device), '0')
}

/** A kernel that forwards for all takes no routes from its own network any more, unless each device is told to. */
const forwardIpv6 = (bridge: string): void => {
  if (existsSync(`/proc/sys/${forcing(bridge)}`)) {
    // Both ways: what pods say, and what they are answered.
    for (const device of [bridge, ...waysOutOfIpv6()]) setSysctl(forcing(device), '1')
    return
  }
  if (isForwarding()) return
  for (const device of readdirSync('/proc/sys/net/ipv6/conf')) {
    const learns = `net/ipv6/conf/${device}/accept_ra`
    if (existsSync(`/proc/sys/${learns}`) && readFileSync(`/proc/sys/${learns}`, 'utf8').trim() === '1')
      setSysctl(learns, '2')
  }
  setSysctl('net/ipv6/conf/all/forwarding', '1')
}

const iptablesRule = (cidr: string): string[] => [
  'POSTROUTING',
  '-s',
  cidr,
  '!',
  '-o',
  `${BRIDGES}+`,
  '-j',
  'MASQUERADE',
]

/** Where everything that is passed on is dropped, as Docker sets machines up, pods need to be let through. */
const forwardRules = (bridge: string): string[][] => ['-i', '-o'].map((way) => ['FORWARD', way, bridge, '-j', 'ACCEPT'])

const isIpv6 = (cidr: string): boolean => cidr.includes(':')
const iptables = (cidr: string): string => (isIpv6(cidr) ? 'ip6tables' : 'iptables')

const addressLine = ({gateway, prefix}: AddressPool, bridge: string): string =>
  // Nobody else can have it: nothing to wait for.
  `address add ${gateway}/${prefix} dev ${bridge}${isIpv6(gateway) ? ' nodad' : ''}`

export class Bridge {
  readonly name: string
  #ready: Promise<void> | undefined
  #cidr = ''

  constructor(hash: string) {
    this.name = `${BRIDGES}${hash}`
  }

  /** Once for each pod network. */
  ensure(addresses: PodAddresses): Promise<void> {
    if (!this.#ready || this.#cidr !== addresses.cidr) {
      this.#cidr = addresses.cidr
      this.#ready = this.#create(addresses).catch((error) => {
        this.#ready = undefined
        throw error
      })
    }
    return this.#ready
  }

  async #create({cidr, pools}: PodAddresses): Promise<void> {
    const exists = await tryProgram('ip', ['link', 'show', this.name])
    if (exists.code !== 0) await runProgram('ip', ['link', 'add', this.name, 'type', 'bridge'])
    // Who listens to which group is not kept track of: neighbours of IPv6 would wait for each other.
    await tryProgram('ip', ['link', 'set', 'dev', this.name, 'type', 'bridge', 'mcast_snooping', '0'])
    await runProgram('ip', ['-batch', '-'], {
      input: [
        `address flush dev ${this.name}`,
        ...pools.map((pool) => addressLine(pool, this.name)),
        `link set ${this.name} mtu ${podMtu()} up`,
      ].join('\n'),
    })
    setSysctl('net/ipv4/ip_forward', '1')
    setSysctl(`net/ipv4/conf/${this.name}/route_localnet`, '1')
    if (isIpv6(cidr)) forwardIpv6(this.name)
    await this.#removeTables()
    for (const range of cidr.split(',')) {
      await this.#masquerade(range)
      await this.#letThrough(iptables(range))
    }
  }

  async #letThrough(program: string): Promise<void> {
    const {stdout} = await tryProgram(program, ['-S', 'FORWARD'])
    if (!stdout.includes('-P FORWARD DROP')) return
    for (const rule of forwardRules(this.name)) {
      const {code: known} = await tryProgram(program, ['-C', ...rule])
      if (known === 1) await tryProgram(program, ['-I', ...rule])
    }
  }

  get #table(): string {
    return `${this.name}-runtime`
  }

  async #masquerade(cidr: string): Promise<void> {
    const family = isIpv6(cidr) ? 'ip6' : 'ip'
    const {code} = await tryProgram('nft', ['-f', '-'], {input: masquerade(family, this.#table, cidr)})
    if (code !== MISSING) return
    const rule = iptablesRule(cidr)
    const {code: known} = await tryProgram(iptables(cidr), ['-t', 'nat', '-C', ...rule])
    if (known === 1) await tryProgram(iptables(cidr), ['-t', 'nat', '-A', ...rule])
    if (known !== MISSING) return
    if (!(await masqueradeByMessages(family, this.#table, cidr, BRIDGES)))
      console.error('pods do not reach the outside: there is no nft, no iptables, and the kernel took no rule', cidr)
  }

  async #removeTables(): Promise<void> {
    for (const family of ['ip', 'ip6'] as const) {
      const {code} = await tryProgram('nft', ['delete', 'table', family, this.#table])
      if (code === MISSING) await removeTableByMessages(family, this.#table)
    }
  }

  /** Everything this class ever made, whoever made it. */
  async remove(cidr: string | undefined): Promise<void> {
    await tryProgram('ip', ['link', 'delete', this.name])
    stopForwardingIpv6()
    await this.#removeTables()
    for (const range of cidr?.split(',') ?? []) {
      await tryProgram(iptables(range), ['-t', 'nat', '-D', ...iptablesRule(range)])
      for (const rule of forwardRules(this.name)) await tryProgram(iptables(range), ['-D', ...rule])
    }
  }
}
