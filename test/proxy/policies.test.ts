// NetworkPolicies as Kubernetes' own end-to-end tests look at them: pods a, b, c in namespaces x, y, z, and after each
// change who reaches whom.
import assert from 'node:assert/strict'
import {after, afterEach, before, describe, test} from 'node:test'
import {namespaces, networkPolicies, pods as podResource} from '../../src/api/resources.ts'
import type {NetworkPolicySpec} from '../../src/api/schema/types.gen.ts'
import type {ProxyMode} from '../../src/proxy/contract.ts'
import {canMakeNamespaces, type Host} from '../helpers/netns.ts'
import {until} from '../helpers/until.ts'
import {
  app,
  type Expectation,
  isReached,
  NAMES,
  PORTS,
  policyCases,
  SPACES,
  servePort,
  space,
  spaceOf,
} from './policy-cases.ts'
import {at, MACHINE, startWorld, type World, type WorldPod} from './world.ts'

const options = {skip: !canMakeNamespaces && 'needs root on Linux'}
const DENIED_MS = 250

type Pods = ReadonlyMap<string, WorldPod>

const policy = async (world: World, place: string, spec: NetworkPolicySpec): Promise<void> => {
  const [namespace = '', name = ''] = place.split('/')
  await world.client.apply(networkPolicies, {metadata: {namespace, name}, spec}, {fieldManager: 'test', force: true})
}

const removePolicies = async (world: World): Promise<void> => {
  for (const namespace of SPACES) await world.client.deleteCollection(networkPolicies, {namespace})
}

const reaches = async (from: Host, host: string, {port = 8080, udp = false} = {}): Promise<boolean> => {
  const answer = await from.ask({do: udp ? 'udp' : 'tcp', host, port, timeoutMs: DENIED_MS})
  return !answer.startsWith('error')
}

/** Waits until exactly those that may do reach each other; says who is wrong when it takes too long. */
const expectReach = async (pods: Pods, expectation: Expectation): Promise<void> => {
  const pairs = [...pods.keys()].flatMap((from) => [...pods.keys()].map((to) => ({from, to})))
  let wrong: string[] = []
  await until(
    'the policies to hold',
    async () => {
      const found = await Promise.all(
        pairs.map(async ({from, to}) => {
          const [client, server] = [pods.get(from), pods.get(to)]
          const can = client && server ? await reaches(client.host, server.ip, expectation) : false
          return can === isReached(from, to, expectation) ? [] : [`${from} ${can ? 'reaches' : 'does not reach'} ${to}`]
        }),
      )
      wrong = found.flat()
      return wrong.length === 0
    },
    {timeoutMs: 8000},
  ).catch((error) => {
    throw new Error(`${error.message}: ${wrong.join(', ')}`)
  })
}

describe('network policies in the kernel', options, () => {
  let world: World
  let pods: Pods
  const pod = (name: string): WorldPod => pods.get(name) ?? assert.fail(`no pod ${name}`)

  before(async () => {
    if (!canMakeNamespaces) return
    world = await startWorld('nftables')
    for (const name of SPACES) await world.namespace(name, {space: name})
    const made = SPACES.flatMap((namespace, at) =>
      NAMES.map(async (name) => {
        const made = await world.pod(name, {
          namespace,
          labels: {app: name},
          node: at === 2 ? 2 : 1,
          ...PORTS,
          named: {serve: servePort(name)},
        })
        return [`${namespace}/${name}`, made] as const
      }),
    )
    pods = new Map(await Promise.all(made))
  })
  after(() => world?.[Symbol.asyncDispose]())
  afterEach(() => removePolicies(world))

  for (const {expect, name, policies} of policyCases)
    test(name, async () => {
      for (const [key, spec] of Object.entries(policies((of) => pod(of).ip))) await policy(world, key, spec)
      for (const expectation of expect) await expectReach(pods, expectation)
    })

  test('this machine reaches its pods whatever the policies say, and they reach it', async () => {
    await policy(world, 'x/deny', {podSelector: {}, policyTypes: ['Ingress', 'Egress']})
    await expectReach(pods, {may: (from, to) => spaceOf(from) !== 'x' && spaceOf(to) !== 'x'})
    assert.ok(await reaches(world.machine, pod('x/a').ip))
    await world.machine.ask({do: 'serve', name: 'machine', address: '10.244.0.1', tcp: [2222]})
    assert.ok(await reaches(pod('x/a').host, '10.244.0.1', {port: 2222}))
  })

  test('labels that change change what policies mean', async () => {
    await policy(world, 'x/label', {podSelector: app('a'), ingress: [{from: [{namespaceSelector: space('new')}]}]})
    await expectReach(pods, {may: (_, to) => to !== 'x/a'})
    await world.client.patch(namespaces, {name: 'z'}, {type: 'merge', body: {metadata: {labels: {space: 'new'}}}})
    await expectReach(pods, {may: (from, to) => to !== 'x/a' || spaceOf(from) === 'z'})
    await world.client.patch(namespaces, {name: 'z'}, {type: 'merge', body: {metadata: {labels: {space: 'z'}}}})
    const relabel = (label: string) =>
      world.client.patch(
        podResource,
        {namespace: 'x', name: 'a'},
        {type: 'merge', body: {metadata: {labels: {app: label}}}},
      )
    await relabel('free')
    await expectReach(pods, {may: () => true})
    await relabel('a')
  })

  test('a connection ends when a policy no longer allows it', async () => {
    const [from, to] = [pod('y/a'), pod('x/a')]
    assert.match(await from.host.ask({do: 'open', id: 'long', host: to.ip, port: 8080}), /^a /)
    await policy(world, 'x/deny', {podSelector: {}})
    await until('silence', async () =>
      (await from.host.ask({do: 'say', id: 'long', text: 'hello', timeoutMs: DENIED_MS})).startsWith('error'),
    )
  })

  test('through a service the policies see who asks and who answers', async () => {
    const [server, friend, stranger] = [pod('x/a'), pod('y/a'), pod('z/a')]
    const ports = [{port: 80, nodePort: 30_001}]
    await world.service('web', {clusterIP: '10.96.2.1', type: 'NodePort', ports}, [at(server)])
    await policy(world, 'x/web', {
      podSelector: app('a'),
      ingress: [{from: [{namespaceSelector: space('y')}], ports: [{port: 8080}]}],
    })
    await until('the friend is let in', () => reaches(friend.host, '10.96.2.1', {port: 80}))
    await until('the stranger is not', async () => !(await reaches(stranger.host, '10.96.2.1', {port: 80})))
    assert.ok(await reaches(server.host, '10.96.2.1', {port: 80}))
    assert.ok(!(await reaches(world.outside, MACHINE, {port: 30_001})))
    await policy(world, 'x/web', {podSelector: app('a'), ingress: [{from: [{ipBlock: {cidr: '203.0.113.2/32'}}]}]})
    await until('who is outside is let in', () => reaches(world.outside, MACHINE, {port: 30_001}))
    assert.ok(!(await reaches(friend.host, '10.96.2.1', {port: 80})))
    await world.removeService('web')
  })
})

describe('network policies of connections that the userspace proxy makes', options, () => {
  const mode: ProxyMode = 'userspace'
  let world: World
  before(async () => {
    if (!canMakeNamespaces) return
    world = await startWorld(mode)
    for (const name of SPACES) await world.namespace(name, {space: name})
  })
  after(() => world?.[Symbol.asyncDispose]())

  test('are judged by who asks and who answers, and cut when they are no longer allowed', async () => {
    const make = (namespace: string) => world.pod('a', {namespace, labels: {app: 'a'}, udp: [8080]})
    const [server, friend, stranger] = await Promise.all([make('x'), make('y'), make('z')])
    const ports = [
      {port: 80, nodePort: 30_001},
      {name: 'u', port: 80, protocol: 'UDP'},
    ].map((port) => ({name: 't', ...port}))
    await world.service('web', {clusterIP: '10.96.2.1', type: 'NodePort', ports}, [at(server)])
    const through = (pod: WorldPod, udp = false): Promise<boolean> => reaches(pod.host, '10.96.2.1', {port: 80, udp})
    for (const udp of [false, true]) await until('the stranger is let in', () => through(stranger, udp))
    await stranger.host.ask({do: 'open', id: 'long', host: '10.96.2.1', port: 80})
    await policy(world, 'x/web', {podSelector: app('a'), ingress: [{from: [{namespaceSelector: space('y')}]}]})
    for (const udp of [false, true]) {
      await until('the stranger is not', async () => !(await through(stranger, udp)))
      assert.ok(await through(friend, udp))
      assert.ok(await through(server, udp))
    }
    assert.match(await stranger.host.ask({do: 'say', id: 'long', text: 'hello'}), /^error/)
    assert.ok(await reaches(world.machine, '10.96.2.1', {port: 80}))
    assert.ok(!(await reaches(world.outside, MACHINE, {port: 30_001})))
    // Between pods directly the kernel judges, in this mode too.
    assert.ok(!(await reaches(stranger.host, server.ip)))
    assert.ok(await reaches(friend.host, server.ip))
    await policy(world, 'y/out', {podSelector: {}, policyTypes: ['Egress']})
    await until('the friend may not ask', async () => !(await through(friend)))
  })
})
