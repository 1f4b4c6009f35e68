// The bridge that pods of this profile hang on, and the way out of it. Made when the first pod needs it.
import {writeFileSync} from 'node:fs'
import {runProgram, tryProgram} from '../run-program.ts'
import type {AddressPool} from './addresses.ts'

/** Packets of pods to anywhere else leave with this machine's address. */
const masquerade = (table: string, bridge: string, cidr: string): string => `
table ip ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${cidr} oifname != "${bridge}" masquerade
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

const iptablesRule = (bridge: string, cidr: string): string[] => [
  'POSTROUTING',
  '-s',
  cidr,
  '!',
  '-o',
  bridge,
  '-j',
  'MASQUERADE',
]

export class Bridge {
  readonly name: string
  #ready: Promise<void> | undefined
  #cidr = ''

  constructor(hash: string) {
    this.name = `mini${hash}`
  }

  /** Once for each pod network. */
  ensure(pool: AddressPool): Promise<void> {
    if (!this.#ready || this.#cidr !== pool.cidr) {
      this.#cidr = pool.cidr
      this.#ready = this.#create(pool).catch((error) => {
        this.#ready = undefined
        throw error
      })
    }
    return this.#ready
  }

  async #create(pool: AddressPool): Promise<void> {
    const exists = await tryProgram('ip', ['link', 'show', this.name])
    if (exists.code !== 0) await runProgram('ip', ['link', 'add', this.name, 'type', 'bridge'])
    await runProgram('ip', ['-batch', '-'], {
      input: [
        `address flush dev ${this.name}`,
        `address add ${pool.gateway}/${pool.prefix} dev ${this.name}`,
        `link set ${this.name} up`,
      ].join('\n'),
    })
    setSysctl('net/ipv4/ip_forward', '1')
    setSysctl(`net/ipv4/conf/${this.name}/route_localnet`, '1')
    await this.#masquerade(pool.cidr)
  }

  async #masquerade(cidr: string): Promise<void> {
    const table = `${this.name}-runtime`
    await tryProgram('nft', ['delete', 'table', 'ip', table])
    const {code} = await tryProgram('nft', ['-f', '-'], {input: masquerade(table, this.name, cidr)})
    if (code !== 127) return
    const rule = iptablesRule(this.name, cidr)
    const {code: known} = await tryProgram('iptables', ['-t', 'nat', '-C', ...rule])
    if (known === 1) await tryProgram('iptables', ['-t', 'nat', '-A', ...rule])
  }

  /** Everything this class ever made, whoever made it. */
  async remove(cidr: string | undefined): Promise<void> {
    await tryProgram('ip', ['link', 'delete', this.name])
    await tryProgram('nft', ['delete', 'table', 'ip', `${this.name}-runtime`])
    if (cidr) await tryProgram('iptables', ['-t', 'nat', '-D', ...iptablesRule(this.name, cidr)])
  }
}
