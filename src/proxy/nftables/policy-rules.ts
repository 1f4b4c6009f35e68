// NetworkPolicies as chains. Every packet is judged by the two ends of its connection, as conntrack knows them (`ct original`
// is who asked, `ct reply` is who really answers, whatever address was asked for), so answers pass with their question and
// a connection ends when the policies no longer allow it. Nothing is remembered. Pure.
//   forward -> the asking pod's egress policies -> `arriving` -> the answering pod's ingress policies -> accept
// Only forwarded packets are judged: pods and the node they run on always reach each other, as Kubernetes has it.
import {createHash} from 'node:crypto'
import {familyOf} from '../../api/meta/ip.ts'
import type {Direction, Peers, PolicyRule, PortMatch, ResolvedPolicy} from '../policies/model.ts'
import {rangeText} from '../policies/ranges.ts'
import {safeName, type TableBuilder} from './ruleset.ts'
import {oneOf} from './service-chains.ts'

const ARRIVING = 'arriving'
const LONGEST_NAME = 120

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const nameOf = (direction: Direction, key: string): string => {
  const name = `${direction}/${safeName(key)}`
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 17)}-${shortHash(key)}`
}

const isOf = (table: TableBuilder, address: string): boolean =>
  (familyOf(address) === 'IPv6') === (table.family === 'ip6')

/** One expression for each kind of peer; a rule holds when any of them does. */
const peerMatches = (
  table: TableBuilder,
  peers: Peers | undefined,
  place: {direction: Direction; set: string},
): string[] => {
  if (!peers) return ['']
  const {addressType, family} = table
  const far = `ct ${place.direction === 'ingress' ? 'original' : 'reply'} ${family} saddr`
  const addresses = [...peers.addresses].filter((address) => isOf(table, address))
  const ranges = peers.ranges.filter((range) => (range.family === 'IPv6') === (family === 'ip6'))
  if (addresses.length > 0) table.set(place.set, `type ${addressType};`, addresses)
  return [
    ...(addresses.length > 0 ? [`${far} @${place.set}`] : []),
    ...(ranges.length > 0 ? [`${far} ${oneOf(ranges.map(rangeText))}`] : []),
  ]
}

const portMatches = (table: TableBuilder, match: PortMatch, set: string): string[] => {
  const protocol = match.protocol.toLowerCase()
  if (!('byAddress' in match)) {
    const {first, last} = match
    if (first === 0 && last === 65_535) return [`meta l4proto ${protocol}`]
    return [`meta l4proto ${protocol} ct reply proto-src ${first === last ? first : `${first}-${last}`}`]
  }
  const sockets = [...match.byAddress]
    .filter(([address]) => isOf(table, address))
    .flatMap(([address, numbers]) => numbers.map((number) => `${address} . ${number}`))
  if (sockets.length === 0) return []
  table.set(set, `type ${table.addressType} . inet_service;`, sockets)
  // The port of conntrack's has no place in a pair: each direction says it with the packet's own.
  return [
    `meta l4proto ${protocol} ct direction original ${table.family} daddr . th dport @${set}`,
    `meta l4proto ${protocol} ct direction reply ${table.family} saddr . th sport @${set}`,
  ]
}

const addPolicy = (table: TableBuilder, direction: Direction, key: string, rules: readonly PolicyRule[]): string => {
  const name = nameOf(direction, key)
  const verdict = direction === 'egress' ? `goto ${ARRIVING}` : 'accept'
  const lines = rules.flatMap(({peers, ports}, at) => {
    const who = peerMatches(table, peers, {direction, set: `${name}/${at}`})
    const where = ports?.flatMap((match, nth) => portMatches(table, match, `${name}/${at}/${nth}`)) ?? ['']
    return who.flatMap((peer) => where.map((port) => [peer, port, verdict].filter((part) => part !== '').join(' ')))
  })
  table.chain(name, lines)
  return name
}

/** Pods that the same policies are about share a chain: any of them may allow, and nothing else does. */
const addDirection = (table: TableBuilder, direction: Direction, policies: readonly ResolvedPolicy[]): void => {
  const isolated = `${direction}-isolated`
  table.map(isolated, `type ${table.addressType} : verdict;`)
  const chains = new Map<string, string[]>()
  for (const policy of policies) {
    const rules = policy[direction]
    const selected = policy.selected.filter((address) => isOf(table, address))
    if (!rules || selected.length === 0) continue
    const chain = addPolicy(table, direction, policy.key, rules)
    for (const address of selected) {
      table.add('selves', `${address} . ${address}`)
      chains.set(address, [...(chains.get(address) ?? []), chain])
    }
  }
  for (const [address, mine] of chains) {
    const group = `${direction}-of/${shortHash(mine.join(' '))}`
    table.chain(group, [...mine.map((chain) => `jump ${chain}`), 'drop'])
    table.add(isolated, address, `goto ${group}`)
  }
}

export const addPolicies = (table: TableBuilder, policies: readonly ResolvedPolicy[]): void => {
  if (policies.length === 0) return
  const {addressType, family} = table
  table.set('selves', `type ${addressType} . ${addressType};`)
  table.chain(ARRIVING, [`ct reply ${family} saddr vmap @ingress-isolated`, 'accept'])
  addDirection(table, 'ingress', policies)
  addDirection(table, 'egress', policies)
  table.hook('policies', 'filter hook forward priority filter + 5', [
    // Nobody can be kept from itself.
    `ct original ${family} saddr . ct reply ${family} saddr @selves accept`,
    `ct original ${family} saddr vmap @egress-isolated`,
    `goto ${ARRIVING}`,
  ])
}
