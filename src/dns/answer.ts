// One question, answered from the zone, or said to be somebody else's.
import {isIP} from 'node:net'
import type {Answer, Packet, Question} from 'dns-packet'
import {addressRecord, type DnsRecord, type NameRecord} from './records.ts'

/** Seconds that clients may keep an answer. Short: endpoints come and go. */
const TTL = 5
const LONGEST_ALIAS_CHAIN = 8

export type Code = 'NOERROR' | 'NXDOMAIN'

export interface Found {
  readonly kind: 'found'
  readonly rcode: Code
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
  /** Undefined: no such name. Empty: it is there, with nothing of its own. */
  lookup(name: string): readonly DnsRecord[] | undefined
  hasNamespace(name: string): boolean
  /** Nobody outside knows more about it. */
  isOwn(name: string): boolean
}

/** Names of this machine's own, such as `host.mini.internal`. */
export type Hosts = Pick<Names, 'lookup'>

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

/** `10-0-0-1`, `fd00--1`: what an address is called where dots and colons cannot be. */
const undashed = (text: string): string | undefined => {
  const address = text.replaceAll('-', /^\d+-\d+-\d+-\d+$/.test(text) ? '.' : ':')
  return isIP(address) === 0 ? undefined : address
}

const NOTHING: readonly DnsRecord[] = []

/** Every address has a name among the pods of a namespace, whether a pod has it or not. */
const amongPods = (label: string, namespace: string, zone: Names): readonly DnsRecord[] | undefined => {
  const address = zone.hasNamespace(namespace) ? undashed(label) : undefined
  return address === undefined ? undefined : [addressRecord(address)]
}

const lookup = (name: string, zone: Names): readonly DnsRecord[] | undefined => {
  const {domain} = zone
  if (name === domain) return NOTHING
  if (!name.endsWith(`.${domain}`)) return zone.lookup(name)
  const labels = name
    .slice(0, -domain.length - 1)
    .split('.')
    .reverse()
  const [kind, namespace, label] = labels
  const isKind = kind === 'svc' || kind === 'pod'
  if (labels.length === 1 && (isKind || kind === 'dns')) return NOTHING
  if (labels.length === 1 && kind === 'dns-version') return [{type: 'TXT', text: '1.1.0'}]
  if (labels.length === 2 && kind === 'dns' && namespace === 'ns')
    return zone.lookup(`kube-dns.kube-system.svc.${domain}`) ?? NOTHING
  if (labels.length === 2 && isKind && zone.hasNamespace(namespace ?? '')) return zone.lookup(name) ?? NOTHING
  if (labels.length === 3 && kind === 'pod') return amongPods(label ?? '', namespace ?? '', zone)
  return zone.lookup(name)
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

const wanted = (name: string, records: readonly DnsRecord[], type: string): Answer[] =>
  records.filter((record) => type === 'ANY' || record.type === type).map((record) => toAnswer(name, record))

/** The addresses that come along with SRV records, so that nobody has to ask twice. */
const addressesOf = (answers: readonly Answer[], zone: Names): Answer[] => {
  const targets = new Set(answers.flatMap((answer) => (answer.type === 'SRV' ? [answer.data.target] : [])))
  return [...targets].flatMap((target) => {
    const records = lookup(target.toLowerCase(), zone) ?? NOTHING
    return [...wanted(target, records, 'A'), ...wanted(target, records, 'AAAA')]
  })
}

const aboutZone = (type: string, {domain}: Names): Answer[] => {
  if (type === 'SOA') return [soaOf(domain)]
  return type === 'NS' ? [{name: domain, type: 'NS', class: 'IN', ttl: TTL, data: `ns.dns.${domain}`}] : []
}

export const answerQuestion = (question: Question, zone: Names, hosts: Hosts): Outcome => {
  const asked = question.name
  const type: string = question.type
  const answers: Answer[] = []
  const found = (rcode: Code): Found => ({
    kind: 'found',
    rcode,
    answers,
    additionals: type === 'SRV' ? addressesOf(answers, zone) : [],
  })
  const host = hosts.lookup(asked.toLowerCase())
  if (host) {
    answers.push(...wanted(asked, host, type))
    return found('NOERROR')
  }
  let name = asked
  for (let step = 0; step < LONGEST_ALIAS_CHAIN; step++) {
    const key = name.toLowerCase()
    const records = lookup(key, zone)
    if (records === undefined) {
      // Of an alias that leads nowhere the code says that it does (RFC 2308).
      if (zone.isOwn(key)) return found('NXDOMAIN')
      return step === 0 ? {kind: 'forward'} : {kind: 'follow', answers, target: name}
    }
    if (key === zone.domain) answers.push(...aboutZone(type, zone))
    const alias = records.find((record): record is NameRecord => record.type === 'CNAME')
    if (!alias || type === 'CNAME' || type === 'ANY') {
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
const CHECKING_DISABLED = 0x0010
export const rcodes = {NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5} as const

export const responseTo = (query: Packet, rcode: keyof typeof rcodes, parts: Partial<Packet> = {}): Packet => ({
  id: query.id ?? 0,
  type: 'response',
  flags: RECURSION_AVAILABLE | ((query.flags ?? 0) & (RECURSION_DESIRED | CHECKING_DISABLED)) | rcodes[rcode],
  questions: query.questions ?? [],
  ...parts,
})

const isAlias = ({type}: Answer): boolean => type === 'CNAME'

export const foundResponse = (query: Packet, {rcode, answers, additionals}: Found, domain: string): Packet => {
  const isNothing = rcode === 'NXDOMAIN' || answers.every(isAlias)
  const response = responseTo(query, rcode, {
    answers: [...answers],
    authorities: isNothing ? [soaOf(domain)] : [],
    additionals: [...additionals],
  })
  return {...response, flags: (response.flags ?? 0) | AUTHORITATIVE}
}
