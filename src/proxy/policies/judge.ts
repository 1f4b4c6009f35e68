// Whether policies let one end talk to another: for connections that the userspace proxy makes in somebody's name.
import {addressNumber, familyOf} from '../../api/meta/ip.ts'
import type {Protocol} from '../../api/service-ports.ts'
import type {Direction, Peers, PolicyRule, PortMatch, ResolvedPolicy} from './model.ts'

export interface Talk {
  readonly client: string
  /** The backend, not the service's address. */
  readonly server: string
  readonly port: number
  readonly protocol: Protocol
}

const isPeer = (peers: Peers | undefined, address: string): boolean => {
  if (!peers || peers.addresses.has(address)) return true
  const value = addressNumber(address)
  const family = familyOf(address)
  return (
    value !== undefined &&
    peers.ranges.some((range) => range.family === family && range.first <= value && value <= range.last)
  )
}

const isPort = (match: PortMatch, {port, protocol, server}: Talk): boolean => {
  if (match.protocol !== protocol) return false
  if ('byAddress' in match) return match.byAddress.get(server)?.includes(port) ?? false
  return match.first <= port && port <= match.last
}

const allows = ({peers, ports}: PolicyRule, talk: Talk, peer: string): boolean =>
  isPeer(peers, peer) && (!ports || ports.some((match) => isPort(match, talk)))

/** Rules of all policies that are about the pod, by direction: any of them is enough. */
export class PolicyJudge {
  readonly #rules = {ingress: new Map<string, PolicyRule[]>(), egress: new Map<string, PolicyRule[]>()}

  constructor(policies: readonly ResolvedPolicy[]) {
    for (const policy of policies)
      for (const direction of ['ingress', 'egress'] as const) {
        const rules = policy[direction]
        if (rules) for (const address of policy.selected) this.#add(direction, address, rules)
      }
  }

  #add(direction: Direction, address: string, rules: readonly PolicyRule[]): void {
    const known = this.#rules[direction].get(address)
    if (known) known.push(...rules)
    else this.#rules[direction].set(address, [...rules])
  }

  allows(talk: Talk): boolean {
    // Nobody can be kept from itself.
    if (talk.client === talk.server) return true
    const out = this.#rules.egress.get(talk.client)
    if (out && !out.some((rule) => allows(rule, talk, talk.server))) return false
    const into = this.#rules.ingress.get(talk.server)
    return !into || into.some((rule) => allows(rule, talk, talk.client))
  }
}
