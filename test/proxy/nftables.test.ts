// Rulesets against the real kernel, in a namespace: what the differences lead to is what the whole would have been.
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {Backend, Protocol, ServicePort} from '../../src/api/service-ports.ts'
import {type Random, seeded} from '../../src/lib/random.ts'
import {difference, removal} from '../../src/proxy/nftables/diff.ts'
import {addPolicies} from '../../src/proxy/nftables/policy-rules.ts'
import {type Family, type Table, TableBuilder} from '../../src/proxy/nftables/ruleset.ts'
import {addServices} from '../../src/proxy/nftables/service-rules.ts'
import type {PolicyRule, ResolvedPolicy} from '../../src/proxy/policies/model.ts'
import {blockRanges, merged} from '../../src/proxy/policies/ranges.ts'
import {canMakeNamespaces, type Host, makeNet, type Net} from '../helpers/netns.ts'
import {pathWithNft} from '../helpers/nft.ts'

const options = {skip: !canMakeNamespaces && 'needs root on Linux'}
const SEED = 7
const STEPS = 12

let net: Net
let host: Host
let env: NodeJS.ProcessEnv
before(async () => {
  if (!canMakeNamespaces) return
  net = await makeNet()
  host = await net.host('kernel')
  env = {...process.env, PATH: await pathWithNft()}
})
after(() => net?.[Symbol.asyncDispose]())

const apply = (script: string): Promise<string> =>
  host.exec('sh', ['-c', 'printf %s "$SCRIPT" | nft -f -'], {env: {...env, SCRIPT: script}})

/** What the kernel has, without the order in which sets and maps hold their elements. */
const kernelHas = async ({family, name}: Table): Promise<string[]> => {
  const said = await host.exec('nft', ['-j', 'list', 'table', family, name], {env})
  const {nftables} = JSON.parse(said.replaceAll(name, 'TABLE')) as {nftables: object[]}
  return nftables.map((entry) => normal(entry)).sort()
}

const normal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(normal).sort().join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .filter(([key]) => key !== 'handle' && key !== 'expires')
    .map(([key, inner]) => `${key}:${normal(inner)}`)
    .sort()
    .join()}}`
}

class World {
  readonly #random: Random
  readonly #family: Family

  constructor(random: Random, family: Family) {
    this.#random = random
    this.#family = family
  }

  #up(to: number): number {
    return Math.floor(this.#random.next() * to)
  }

  #is(chance: number): boolean {
    return this.#random.next() < chance
  }

  #address(net: number, number: number): string {
    return this.#family === 'ip' ? `10.${net}.0.${number}` : `fd00:${net}::${number.toString(16)}`
  }

  #backends(): Backend[] {
    return Array.from({length: this.#up(4)}, (_, at) => ({
      address: this.#address(244, 1 + at + this.#up(3) * 4),
      port: 8080 + this.#up(2),
      nodeName: 'node-1',
    }))
  }

  #port(number: number): ServicePort {
    const protocol = (['TCP', 'UDP', 'SCTP'] as const satisfies Protocol[])[number % 3] ?? 'TCP'
    const clusterBackends = this.#backends()
    const range = this.#family === 'ip' ? '0.0.0.0/0' : '::/0'
    return {
      key: `shop/${'long-'.repeat(number % 2 ? 40 : 0)}web-${number}:80/${protocol}`,
      protocol,
      port: 80,
      clusterIps: [this.#address(96, number)],
      externalIps: this.#is(0.3) ? [this.#address(50, number)] : [],
      balancerIps: this.#is(0.5) ? [this.#address(95, number)] : [],
      sourceRanges: this.#is(0.3) ? [range, `${this.#address(60, number)}/24`] : [],
      nodePort: this.#is(0.5) ? 30_000 + number : undefined,
      affinitySeconds: this.#is(0.3) ? 10 + this.#up(2) : 0,
      clusterBackends,
      internalBackends: this.#is(0.7) ? clusterBackends : this.#backends(),
      externalBackends: this.#is(0.7) ? clusterBackends : this.#backends(),
      elsewhere: this.#is(0.3) ? [{nodeName: 'node-2', backends: this.#backends()}] : [],
      internalLocal: false,
      externalLocal: this.#is(0.3),
      healthCheckNodePort: undefined,
    }
  }

  #rule(): PolicyRule {
    const cidr = this.#family === 'ip' ? '10.0.0.0/8' : 'fd00::/16'
    const all = this.#family === 'ip' ? '0.0.0.0/0' : '::/0'
    const ranges = merged([
      ...blockRanges(cidr, [`${this.#address(244, this.#up(9))}/${this.#family === 'ip' ? 32 : 128}`]),
      ...(this.#is(0.3) ? blockRanges(all, []) : []),
    ])
    return {
      peers: this.#is(0.3)
        ? undefined
        : {addresses: new Set(this.#backends().map(({address}) => address)), ranges: this.#is(0.5) ? ranges : []},
      ports: this.#is(0.3)
        ? undefined
        : [
            {protocol: 'TCP', first: 80, last: 80 + this.#up(10)},
            {protocol: 'SCTP', first: 0, last: 65_535},
            {protocol: 'UDP', byAddress: new Map([[this.#address(244, 1 + this.#up(9)), [80, 90 + this.#up(9)]]])},
          ],
    }
  }

  #policy(number: number): ResolvedPolicy {
    const rules = (): PolicyRule[] => Array.from({length: this.#up(3)}, () => this.#rule())
    return {
      key: `shop/policy-${number}`,
      selected: this.#backends().map(({address}) => address),
      ingress: this.#is(0.7) ? rules() : undefined,
      egress: this.#is(0.5) ? rules() : undefined,
    }
  }

  table(name: string): (services: boolean) => TableBuilder {
    const ports = Array.from({length: 12}, (_, at) => at + 1).filter(() => this.#is(0.7))
    const some = ports.map((number) => this.#port(number))
    const policies = [1, 2, 3].filter(() => this.#is(0.6)).map((number) => this.#policy(number))
    const udpZone = 1 + this.#up(3)
    return (services) => {
      const table = new TableBuilder(this.#family, name)
      const pods = [`${this.#address(244, 0)}/${this.#family === 'ip' ? 16 : 32}`]
      if (services)
        addServices(table, some, {
          pods,
          ofNode: new Map([['node-2', [`${this.#address(244, 0)}/${this.#family === 'ip' ? 24 : 64}`]]]),
          serviceRanges: [`${this.#address(96, 0)}/${this.#family === 'ip' ? 16 : 32}`],
          balancerRanges: this.#family === 'ip' ? ['10.95.0.0/16'] : [],
          servedElsewhere: [this.#address(96, 10)],
          udpZone,
          nodeAddresses: [this.#address(60, 9)],
        })
      addPolicies(table, policies)
      return table
    }
  }
}

for (const family of ['ip', 'ip6'] as const)
  test(`from any ${family} table to any other, the difference leads where the whole would`, options, async () => {
    const world = new World(seeded(SEED), family)
    let last: Table | undefined
    for (let step = 0; step < STEPS; step++) {
      const make = world.table('changed')
      const next = make(step % 6 !== 5)
      await apply(difference(last, next))
      const whole = {...next, name: 'whole', chains: next.chains, sets: next.sets, family}
      await apply(difference(undefined, whole))
      assert.deepEqual(await kernelHas(next), await kernelHas(whole), `step ${step} with seed ${SEED}`)
      last = next
    }
    await apply(removal({family, name: 'changed'}))
  })

test('nothing to do makes no script', () => {
  const make = new World(seeded(SEED), 'ip').table('same')
  assert.equal(difference(make(true), make(true)), '')
})
