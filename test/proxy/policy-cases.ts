// What policies mean, as cases: pods a, b, c in namespaces x, y, z; policies; and who may reach whom then. The kernel and the
// userspace proxy are held to the same ones.
import type {NetworkPolicyPort, NetworkPolicySpec} from '../../src/api/schema/types.gen.ts'

export const SPACES = ['x', 'y', 'z'] as const
export const NAMES = ['a', 'b', 'c'] as const

/** The port that each pod calls `serve`: the same name, not the same number. */
export const servePort = (name: string): number => (name === 'a' ? 8090 : 8091)
export const PORTS = {tcp: [8080, 8081], udp: [8080]} as const

export interface Expectation {
  readonly port?: number
  readonly udp?: boolean
  /** `x/a`, `y/b`: whether the first may reach the second, if that listens. A pod always reaches itself. */
  readonly may: (from: string, to: string) => boolean
}

const listens = (pod: string, {port = 8080, udp = false}: Expectation): boolean =>
  (udp ? [...PORTS.udp] : [...PORTS.tcp, servePort(pod.slice(-1))]).some((open) => open === port)

export const isReached = (from: string, to: string, expectation: Expectation): boolean =>
  listens(to, expectation) && (from === to || expectation.may(from, to))

export interface PolicyCase {
  readonly name: string
  /** By `namespace/name`. */
  readonly policies: (addressOf: (pod: string) => string) => Readonly<Record<string, NetworkPolicySpec>>
  readonly expect: readonly Expectation[]
}

export const spaceOf = (pod: string): string => pod.slice(0, 1)
export const app = (name: string) => ({matchLabels: {app: name}})
export const space = (name: string) => ({matchLabels: {space: name}})

const into = (to: string, may: (from: string) => boolean) => ({
  may: (from: string, at: string) => at !== to || may(from),
})
const everything = {may: () => true}
const nobodyInto = (namespace: string) => ({may: (_: string, to: string) => spaceOf(to) !== namespace})

const fromPeers = (
  name: string,
  from: NonNullable<NetworkPolicySpec['ingress']>[number]['from'],
  may: (from: string) => boolean,
): PolicyCase => ({
  name,
  policies: () => ({'x/peers': {podSelector: app('a'), ingress: [{from: from ?? []}]}}),
  expect: [into('x/a', may)],
})

const byPorts = (
  name: string,
  ports: NetworkPolicyPort[],
  expectations: readonly [number, 'tcp' | 'udp', boolean][],
): PolicyCase => ({
  name,
  policies: () => ({'x/ports': {podSelector: {}, ingress: [{ports}]}}),
  expect: expectations.map(([port, protocol, isOpen]) => ({
    port,
    udp: protocol === 'udp',
    may: (_, to) => spaceOf(to) !== 'x' || isOpen,
  })),
})

const chosen = (name: string): boolean => !name.endsWith('b')

export const policyCases: readonly PolicyCase[] = [
  {
    name: 'without a policy everybody reaches everybody',
    policies: () => ({}),
    expect: [everything, {udp: true, ...everything}],
  },
  {
    name: 'a policy without rules lets nobody in, and with an empty selector is about every pod of its namespace',
    policies: () => ({'x/deny': {podSelector: {}}}),
    expect: [nobodyInto('x'), {udp: true, ...nobodyInto('x')}],
  },
  {
    name: 'nobody gets out where no egress is allowed, and what is about egress says nothing of ingress',
    policies: () => ({'x/silent': {podSelector: {}, policyTypes: ['Egress']}}),
    expect: [{may: (from) => spaceOf(from) !== 'x'}],
  },
  {
    name: 'both ways denied',
    policies: () => ({'x/all': {podSelector: {}, policyTypes: ['Ingress', 'Egress']}}),
    expect: [{may: (from, to) => spaceOf(from) !== 'x' && spaceOf(to) !== 'x'}],
  },
  {
    name: 'an empty rule allows everything',
    policies: () => ({'x/all': {podSelector: {}, ingress: [{}], egress: [{}], policyTypes: ['Ingress', 'Egress']}}),
    expect: [everything],
  },
  fromPeers('peers by pod are of the same namespace', [{podSelector: app('b')}], (from) => from === 'x/b'),
  fromPeers('peers by namespace are all its pods', [{namespaceSelector: space('y')}], (from) => spaceOf(from) === 'y'),
  fromPeers(
    'peers by namespace and pod are those pods there',
    [{namespaceSelector: space('y'), podSelector: app('b')}],
    (from) => from === 'y/b',
  ),
  fromPeers(
    'several peers are any of them',
    [{namespaceSelector: space('y')}, {podSelector: app('b')}],
    (from) => spaceOf(from) === 'y' || from === 'x/b',
  ),
  fromPeers('an empty namespace selector is every namespace', [{namespaceSelector: {}}], () => true),
  fromPeers('a peer that nobody is lets nobody in', [{podSelector: app('nobody')}], () => false),
  {
    name: 'selectors with expressions',
    policies: () => {
      const notX = {matchExpressions: [{key: 'space', operator: 'NotIn', values: ['x']}]}
      const aOrC = {matchExpressions: [{key: 'app', operator: 'In', values: ['a', 'c']}]}
      return {'x/expressions': {podSelector: aOrC, ingress: [{from: [{namespaceSelector: notX, podSelector: aOrC}]}]}}
    },
    expect: [{may: (from, to) => spaceOf(to) !== 'x' || !chosen(to) || (spaceOf(from) !== 'x' && chosen(from))}],
  },
  {
    name: 'an address block, with pieces taken out of it, lets in',
    policies: (addressOf) => {
      const except = [`${addressOf('y/a')}/32`, `${addressOf('y/b')}/32`]
      return {'x/block': {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '10.244.0.0/24', except}}]}]}}
    },
    expect: [{may: (from, to) => spaceOf(to) !== 'x' || spaceOf(from) === 'x' || from === 'y/c'}],
  },
  {
    name: 'an address block lets out to all but what is taken out of it',
    policies: (addressOf) => {
      const everybody = {ipBlock: {cidr: '0.0.0.0/0', except: [`${addressOf('y/a')}/32`]}}
      return {'x/block': {podSelector: {}, egress: [{to: [everybody]}], policyTypes: ['Egress']}}
    },
    expect: [{may: (from, to) => spaceOf(from) !== 'x' || to !== 'y/a'}],
  },
  byPorts(
    'a port by number',
    [{port: 8080}],
    [
      [8080, 'tcp', true],
      [8081, 'tcp', false],
      [8080, 'udp', false],
    ],
  ),
  byPorts(
    'a port of another protocol',
    [{port: 8080, protocol: 'UDP'}],
    [
      [8080, 'udp', true],
      [8080, 'tcp', false],
    ],
  ),
  byPorts(
    'ports from one to another',
    [{port: 8081, endPort: 8090}],
    [
      [8081, 'tcp', true],
      [8080, 'tcp', false],
    ],
  ),
  byPorts(
    'all ports of a protocol',
    [{protocol: 'TCP'}],
    [
      [8081, 'tcp', true],
      [8080, 'udp', false],
    ],
  ),
  {
    name: 'a port by the name that each pod gives it, among others',
    policies: () => ({
      'x/named': {podSelector: {}, ingress: [{ports: [{port: 'serve'}, {port: 80, protocol: 'SCTP'}]}]},
    }),
    expect: [nobodyInto('x'), {port: 8090, ...everything}, {port: 8091, ...everything}],
  },
  {
    name: 'a way out to pods by the name of their port',
    policies: () => {
      const rule = {to: [{namespaceSelector: space('y')}], ports: [{port: 'serve'}]}
      return {'x/out': {podSelector: app('a'), egress: [rule], policyTypes: ['Egress']}}
    },
    expect: [{may: (from) => from !== 'x/a'}, {port: 8091, may: (from, to) => from !== 'x/a' || spaceOf(to) === 'y'}],
  },
  {
    name: 'policies add up, and both ends have to agree',
    policies: () => ({
      'x/one': {podSelector: app('a'), ingress: [{from: [{podSelector: app('b')}]}]},
      'x/two': {podSelector: {}, ingress: [{from: [{namespaceSelector: space('y')}]}]},
      'y/out': {podSelector: app('c'), policyTypes: ['Egress']},
    }),
    expect: [
      {
        may: (from, to) =>
          from !== 'y/c' && (spaceOf(to) !== 'x' || spaceOf(from) === 'y' || (from === 'x/b' && to === 'x/a')),
      },
    ],
  },
]
