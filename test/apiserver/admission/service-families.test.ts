import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import {services} from '../../../src/api/resources.ts'
import type {ServiceSpec} from '../../../src/api/schema/types.gen.ts'
import {createClient} from '../../../src/client/client.ts'
import type {ApiClient} from '../../../src/client/contract.ts'
import {type TestServer, testServer} from '../test-server.ts'

const servers = new Map<readonly string[], Promise<TestServer>>()
after(async () => {
  for (const server of servers.values()) await (await server)[Symbol.asyncDispose]()
})

/** One server for all tests with the same ranges. */
const clientFor = async (serviceCidrs: readonly string[]): Promise<ApiClient> => {
  const known = servers.get(serviceCidrs) ?? testServer({serviceCidrs})
  servers.set(serviceCidrs, known)
  const {server} = await known
  return createClient(server.transport({user: {name: 'admin', groups: ['system:masters']}, userAgent: 'test'}))
}

const spec = (more: ServiceSpec = {}): ServiceSpec => ({ports: [{port: 80}], selector: {app: 'web'}, ...more})
let count = 0
const create = async (client: ApiClient, more: ServiceSpec): Promise<ServiceSpec> =>
  (await client.create(services, {metadata: {name: `s${count++}`, namespace: 'default'}, spec: spec(more)})).spec ?? {}

const shown = ({clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy}: ServiceSpec): string => {
  const kinds = clusterIPs?.map((address) => (address === 'None' ? 'None' : address.includes(':') ? '6' : '4'))
  assert.equal(clusterIP, clusterIPs?.[0])
  return `${ipFamilyPolicy} ${ipFamilies?.join(',')} ${kinds?.join(',')}`
}

const dual = ['10.96.0.0/16', 'fd00:10:96::/112']
const single = ['10.96.0.0/16']
const six = ['fd00:10:96::/112', '10.96.0.0/16']

const given: [string, readonly string[], ServiceSpec, string][] = [
  ['one family is the default', dual, {}, 'SingleStack IPv4 4'],
  ['the first range is the usual one', six, {}, 'SingleStack IPv6 6'],
  ['two where preferred and there', dual, {ipFamilyPolicy: 'PreferDualStack'}, 'PreferDualStack IPv4,IPv6 4,6'],
  ['one where two are preferred and not there', single, {ipFamilyPolicy: 'PreferDualStack'}, 'PreferDualStack IPv4 4'],
  ['two where required', dual, {ipFamilyPolicy: 'RequireDualStack'}, 'RequireDualStack IPv4,IPv6 4,6'],
  ['the second family alone', dual, {ipFamilies: ['IPv6']}, 'SingleStack IPv6 6'],
  [
    'the order that was asked for',
    dual,
    {ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6']},
    'RequireDualStack IPv6,IPv4 6,4',
  ],
  ['the family of an address that was asked for', dual, {clusterIP: 'fd00:10:96::a0'}, 'SingleStack IPv6 6'],
  [
    'both addresses that were asked for',
    dual,
    {ipFamilyPolicy: 'PreferDualStack', clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7', 'fd00:10:96::7']},
    'PreferDualStack IPv4,IPv6 4,6',
  ],
  [
    'none for a headless one',
    dual,
    {clusterIP: 'None', ipFamilyPolicy: 'PreferDualStack'},
    'PreferDualStack IPv4,IPv6 None',
  ],
  [
    'both for a headless one that selects nothing',
    single,
    {clusterIP: 'None', selector: {}},
    'RequireDualStack IPv4,IPv6 None',
  ],
]
for (const [what, serviceCidrs, more, expected] of given)
  test(`families of a new service: ${what}`, async () => {
    assert.equal(shown(await create(await clientFor(serviceCidrs), more)), expected)
  })

const refused: [string, readonly string[], ServiceSpec, RegExp][] = [
  [
    'two required where there is one',
    single,
    {ipFamilyPolicy: 'RequireDualStack'},
    /spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services/,
  ],
  [
    'a family that is not there',
    single,
    {ipFamilies: ['IPv6']},
    /spec.ipFamilies\[0\]: Invalid value: "IPv6": not configured on this cluster/,
  ],
  [
    'two families for one',
    dual,
    {ipFamilies: ['IPv4', 'IPv6']},
    /spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified/,
  ],
  [
    'two addresses for one',
    dual,
    {clusterIPs: ['10.96.7.7', 'fd00:10:96::7'], clusterIP: '10.96.7.7'},
    /must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified/,
  ],
  [
    'an address of a family that is not there',
    single,
    {clusterIP: 'fd00::1'},
    /spec.clusterIPs\[0\]: Invalid value: \["fd00::1"\]: IPv6 is not configured on this cluster/,
  ],
]
for (const [what, serviceCidrs, more, message] of refused)
  test(`refused for a new service: ${what}`, async () => {
    await assert.rejects(create(await clientFor(serviceCidrs), more), message)
  })

test('a second family comes and goes with the policy, and its address is free again', async () => {
  const client = await clientFor(dual)
  const name = {namespace: 'default', name: 'web'}
  await client.create(services, {metadata: name, spec: spec()})
  const patch = async (more: ServiceSpec): Promise<ServiceSpec> =>
    (await client.patch(services, name, {type: 'merge', body: {spec: more}})).spec ?? {}
  const both = await patch({ipFamilyPolicy: 'PreferDualStack'})
  assert.equal(shown(both), 'PreferDualStack IPv4,IPv6 4,6')
  await assert.rejects(
    patch({ipFamilies: ['IPv4']}),
    /spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be 'SingleStack' to release the secondary IP family/,
  )
  const one = await patch({ipFamilyPolicy: 'SingleStack'})
  assert.deepEqual(one.clusterIPs, both.clusterIPs?.slice(0, 1))
  assert.deepEqual(one.ipFamilies, ['IPv4'])
  await create(client, {clusterIP: both.clusterIPs?.[1]})
})
