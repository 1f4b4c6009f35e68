// One question, answered from the zone, or said to be somebody else's.
import {isIPv4} from 'node:net'
import type {Answer, Packet, Question} from 'dns-packet'
import type {DnsRecord, NameRecord} from './records.ts'

/** Seconds that clients may keep an answer. Short: endpoints come and go. */
const TTL = 5
const LONGEST_ALIAS_CHAIN = 8

export interface Found {
  readonly kind: 'found'
  readonly rcode: 'NOERROR' | 'NXDOMAIN'
  readonly answers: readonly Answer[]
  readonly additionals: readonly Answer[]
}

export type Outcome =
  | Found
  /** An alias leads out of the cluster: the rest is for a resolver of the host's. */
  | {readonly kind: 'follow'; readonly answers: readonly Answer[]; readonly target: string}
  | {readonly kind: 'forward'}

export interface Names {
  readonly domain: string
  lookup(name: string): readonly DnsRecord[] | undefined
}

/** Names of mini's own, such as `host.mini.internal`. */
export type HostNames = ReadonlyMap<string, readonly string[]>

const toAnswer = (name: string, record: DnsRecord): Answer => {
  const common = {name, ttl: TTL, class: 'IN'} as const
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return {...common, type: record.type, data: record.address}
    case 'SRV':
      return {...common, type: 'SRV', data: {priority: 0, weight: 100, port: record.port, target: record.target}}
    case 'TXT':
      return {...common, type: 'TXT', data: [record.text]}
    case 'CNAME':
    case 'PTR':
      return {...common, type: record.type, data: record.target}
  }
}

const addressType = (address: string): 'A' | 'AAAA' => (isIPv4(address) ? 'A' : 'AAAA')

/** `10-0-0-1.default.pod.cluster.local`: every address has a name, whether a pod has it or not. */
const podAddress = (name: string, domain: string): string | undefined => {
  const suffix = `.pod.${domain}`
  if (!name.endsWith(suffix)) return undefined
  const [dashes = '', namespace, more] = name.slice(0, -suffix.length).split('.')
  if (!namespace || more !== undefined) return undefined
  const address = dashes.replaceAll('-', '.')
  return isIPv4(address) ? address : undefined
}

const lookup = (name: string, zone: Names): readonly DnsRecord[] | undefined => {
  const {domain} = zone
  if (name === `dns-version.${domain}`) return [{type: 'TXT', text: '1.1.0'}]
  if (name === domain || name === `svc.${domain}` || name === `pod.${domain}`) return []
  if (name === `ns.dns.${domain}`) return zone.lookup(`kube-dns.kube-system.svc.${domain}`) ?? []
  const pod = podAddress(name, domain)
  return pod === undefined ? zone.lookup(name) : [{type: 'A', address: pod}]
}

const soaOf = (domain: string): Answer => ({
  name: domain,
  type: 'SOA',
  class: 'IN',
  ttl: TTL,
  data: {
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: TTL,
  },
})

const isIn = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`)

const wanted = (name: string, records: readonly DnsRecord[], type: string): Answer[] =>
  records.filter((record) => type === 'ANY' || record.type === type).map((record) => toAnswer(name, record))

/** The addresses that come along with SRV records, so that nobody has to ask twice. */
const addressesOf = (answers: readonly Answer[], zone: Names): Answer[] => {
  const targets = new Set(answers.flatMap((answer) => (answer.type === 'SRV' ? [answer.data.target] : [])))
  return [...targets].flatMap((target) => [
    ...wanted(target, lookup(target, zone) ?? [], 'A'),
    ...wanted(target, lookup(target, zone) ?? [], 'AAAA'),
  ])
}

const aboutZone = (type: string, {domain}: Names): Answer[] => {
  if (type === 'SOA') return [soaOf(domain)]
  return type === 'NS' ? [{name: domain, type: 'NS', class: 'IN', ttl: TTL, data: `ns.dns.${domain}`}] : []
}

export const answerQuestion = (question: Question, zone: Names, hosts: HostNames): Outcome => {
  const {name: asked, type} = question
  const answers: Answer[] = []
  const found = (rcode: Found['rcode']): Found => ({
    kind: 'found',
    rcode,
    answers,
    additionals: type === 'SRV' ? addressesOf(answers, zone) : [],
  })
  const host = hosts.get(asked.toLowerCase())
  if (host) {
    const records = host.map((address): DnsRecord => ({type: addressType(address), address}))
    answers.push(...wanted(asked, records, type))
    return found('NOERROR')
  }
  let name = asked
  for (let step = 0; step < LONGEST_ALIAS_CHAIN; step++) {
    const key = name.toLowerCase()
    const records = lookup(key, zone)
    if (records === undefined) {
      if (isIn(key, zone.domain)) return found(step === 0 ? 'NXDOMAIN' : 'NOERROR')
      return step === 0 ? {kind: 'forward'} : {kind: 'follow', answers, target: name}
    }
    if (key === zone.domain) answers.push(...aboutZone(type, zone))
    const alias = records.find((record): record is NameRecord => record.type === 'CNAME')
    if (!alias || type === 'CNAME') {
      answers.push(...wanted(name, records, type))
      return found('NOERROR')
    }
    answers.push(toAnswer(name, alias))
    name = alias.target
  }
  return found('NOERROR')
}

/** Bits of the header's flags: rcodes have no field of their own in dns-packet's packets. */
const AUTHORITATIVE = 0x0400
const RECURSION_DESIRED = 0x0100
const RECURSION_AVAILABLE = 0x0080
export const rcodes = {NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5} as const

export const responseTo = (query: Packet, rcode: keyof typeof rcodes, parts: Partial<Packet> = {}): Packet => ({
  id: query.id ?? 0,
  type: 'response',
  flags: RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED) | rcodes[rcode],
  questions: query.questions ?? [],
  ...parts,
})

export const foundResponse = (query: Packet, {rcode, answers, additionals}: Found, domain: string): Packet => {
  const response = responseTo(query, rcode, {
    answers: [...answers],
    authorities: answers.length === 0 ? [soaOf(domain)] : [],
    additionals: [...additionals],
  })
  return {...response, flags: (response.flags ?? 0) | AUTHORITATIVE}
}
