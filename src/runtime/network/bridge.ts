// The bridge that pods of this node hang on, and the way out of it. Made when the first pod needs it.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {runProgram, tryProgram} from '../run-program.ts'
import type {AddressPool, PodAddresses} from './addresses.ts'

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

/** A kernel that forwards for all takes no routes from its own network any more, unless each device is told to. */
const forwardIpv6 = (bridge: string): void => {
  const own = `net/ipv6/conf/${bridge}/force_forwarding`
  if (existsSync(`/proc/sys/${own}`)) {
    setSysctl(own, '1')
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
    const rules = masquerade(isIpv6(cidr) ? 'ip6' : 'ip', this.#table, cidr)
    const {code} = await tryProgram('nft', ['-f', '-'], {input: rules})
    if (code !== 127) return
    const rule = iptablesRule(cidr)
    const {code: known} = await tryProgram(iptables(cidr), ['-t', 'nat', '-C', ...rule])
    if (known === 1) await tryProgram(iptables(cidr), ['-t', 'nat', '-A', ...rule])
  }

  async #removeTables(): Promise<void> {
    for (const family of ['ip', 'ip6']) await tryProgram('nft', ['delete', 'table', family, this.#table])
  }

  /** Everything this class ever made, whoever made it. */
  async remove(cidr: string | undefined): Promise<void> {
    await tryProgram('ip', ['link', 'delete', this.name])
    await this.#removeTables()
    for (const range of cidr?.split(',') ?? []) {
      await tryProgram(iptables(range), ['-t', 'nat', '-D', ...iptablesRule(range)])
      for (const rule of forwardRules(this.name)) await tryProgram(iptables(range), ['-D', ...rule])
    }
  }
}
