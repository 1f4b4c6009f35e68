// The cases of policy-cases.ts without a network: what the userspace proxy would say.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Namespace, NetworkPolicy, NetworkPolicySpec, Pod} from '../../src/api/schema/types.gen.ts'
import {PolicyJudge} from '../../src/proxy/policies/judge.ts'
import {resolvePolicies} from '../../src/proxy/policies/model.ts'
import {blockRanges, merged, rangeText} from '../../src/proxy/policies/ranges.ts'
import type {Cached} from '../../src/reconcile/contract.ts'
import {type Expectation, isReached, NAMES, policyCases, SPACES, servePort} from './policy-cases.ts'

const keys = SPACES.flatMap((space) => NAMES.map((name) => `${space}/${name}`))
const addressOf = (key: string): string => `10.244.${key.startsWith('z') ? 1 : 0}.${2 + keys.indexOf(key)}`

const namespaces = SPACES.map((name) => ({metadata: {name, labels: {space: name}}}) as unknown as Cached<Namespace>)
const pods = keys.map((key) => {
  const [namespace = '', name = ''] = key.split('/')
  return {
    metadata: {namespace, name, labels: {app: name}},
    spec: {containers: [{name: 'main', ports: [{name: 'serve', containerPort: servePort(name)}]}]},
    status: {phase: 'Running', podIP: addressOf(key), podIPs: [{ip: addressOf(key)}]},
  } as unknown as Cached<Pod>
})

const policyOf = ([key, spec]: [string, NetworkPolicySpec]): Cached<NetworkPolicy> => {
  const [namespace = '', name = ''] = key.split('/')
  return {metadata: {namespace, name}, spec} as unknown as Cached<NetworkPolicy>
}

const allows = (judge: PolicyJudge, from: string, to: string, {port = 8080, udp = false}: Expectation): boolean =>
  judge.allows({client: addressOf(from), server: addressOf(to), port, protocol: udp ? 'UDP' : 'TCP'})

for (const {expect, name, policies} of policyCases)
  test(`in userspace: ${name}`, () => {
    const specs = Object.entries(policies(addressOf)).map(policyOf)
    const judge = new PolicyJudge(resolvePolicies({policies: specs, pods, namespaces}))
    for (const expectation of expect)
      for (const from of keys)
        for (const to of keys) {
          // Whoever does not listen cannot be reached, allowed or not.
          if (isReached(from, to, {...expectation, may: () => true}))
            assert.equal(allows(judge, from, to, expectation), isReached(from, to, expectation), `${from} to ${to}`)
        }
  })

test('what is left of a block when pieces are taken out of it', () => {
  const left = (cidr: string, ...except: string[]): string => merged(blockRanges(cidr, except)).map(rangeText).join(' ')
  assert.equal(left('10.0.0.0/24'), '10.0.0.0-10.0.0.255')
  assert.equal(left('10.0.0.0/24', '10.0.0.0/25'), '10.0.0.128-10.0.0.255')
  assert.equal(left('10.0.0.0/24', '10.0.0.7/32', '10.0.0.9/32'), '10.0.0.0-10.0.0.6 10.0.0.8 10.0.0.10-10.0.0.255')
  assert.equal(left('10.0.0.0/24', '10.0.0.0/16'), '')
  assert.equal(left('10.0.0.0/24', 'fd00::/16'), '10.0.0.0-10.0.0.255')
  assert.equal(left('fd00::/126', 'fd00::1/128'), 'fd00:: fd00::2-fd00::3')
  const both = [...blockRanges('10.0.1.0/24', []), ...blockRanges('10.0.0.0/24', []), ...blockRanges('::/128', [])]
  assert.deepEqual(merged(both).map(rangeText), ['10.0.0.0-10.0.1.255', '::'])
})

test('a pod that ended, or has the address of its machine, is nobody', () => {
  const [first] = pods
  assert.ok(first)
  const ended = {...first, status: {...first.status, phase: 'Succeeded'}} as Cached<Pod>
  const onHost = {...first, spec: {...first.spec, hostNetwork: true}} as Cached<Pod>
  const policies = [policyOf(['x/deny', {podSelector: {}}])]
  for (const pod of [ended, onHost])
    assert.deepEqual(
      resolvePolicies({policies, pods: [pod], namespaces}).flatMap(({selected}) => selected),
      [],
    )
})
