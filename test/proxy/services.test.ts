// Every way into a service, in both modes of the proxy: real processes in network namespaces.
import assert from 'node:assert/strict'
import {after, before, describe, test} from 'node:test'
import type {Endpoint, ServiceSpec} from '../../src/api/schema/types.gen.ts'
import type {ProxyMode} from '../../src/proxy/contract.ts'
import {canMakeNamespaces, type Host} from '../helpers/netns.ts'
import {until} from '../helpers/until.ts'
import {at, MACHINE, startWorld, type World, type WorldPod} from './world.ts'

const options = {skip: !canMakeNamespaces && 'needs root on Linux'}

const talk = (host: Host, address: string, port = 80): Promise<string> => host.ask({do: 'tcp', host: address, port})

/** The answer once it is what it should be. */
const hears = (host: Host, address: string, port: number, wanted: RegExp): Promise<string> =>
  until(
    `${wanted} from ${address}:${port}`,
    async () => {
      const answer = await talk(host, address, port)
      if (wanted.test(answer)) return answer
      throw new Error(answer)
    },
    {timeoutMs: 5000},
  )

/** Who answers, asked often enough to hear everybody. */
const names = async (host: Host, address: string, port = 80): Promise<string> => {
  const answers = await Promise.all(Array.from({length: 40}, () => talk(host, address, port)))
  return [...new Set(answers.map((answer) => answer.split(' ')[0]))].sort().join(' ')
}

const becomes = async (host: Host, address: string, port: number, wanted: string): Promise<void> => {
  let last = ''
  await until(`${wanted} behind ${address}:${port}`, async () => (last = await names(host, address, port)) === wanted, {
    timeoutMs: 5000,
  }).catch((error) => {
    throw new Error(`${error.message}; it is ${last}`)
  })
}

interface Pods {
  readonly a: WorldPod
  readonly b: WorldPod
  /** On the other node of this machine. */
  readonly far: WorldPod
  /** In no service. */
  readonly client: WorldPod
  readonly farClient: WorldPod
}

for (const mode of ['nftables', 'userspace'] as const satisfies ProxyMode[])
  describe(`services through ${mode}`, options, () => {
    let world: World
    let pods: Pods
    before(async () => {
      if (!canMakeNamespaces) return
      world = await startWorld(mode)
      const [a, b, far, client, farClient] = await Promise.all([
        world.pod('a', {udp: [8080]}),
        world.pod('b', {udp: [8080]}),
        world.pod('far', {node: 2}),
        world.pod('client', {isUnknown: true}),
        world.pod('far-client', {isUnknown: true, node: 2}),
      ])
      pods = {a, b, far, client, farClient}
    })
    after(() => world?.[Symbol.asyncDispose]())

    test('the mode is the one that was asked for', () => {
      assert.deepEqual(world.state, {mode})
    })

    test('a cluster IP leads to every ready endpoint, for pods and for this machine', async () => {
      const {a, b, client, far, farClient} = pods
      await world.service('web', {clusterIP: '10.96.1.1'}, [at(a), at(b), at(far)])
      for (const from of [client.host, farClient.host, world.machine]) await becomes(from, '10.96.1.1', 80, 'a b far')
      if (mode === 'nftables') await hears(client.host, '10.96.1.1', 80, new RegExp(` ${client.ip}$`))
    })

    test('endpoints that are not ready are left out; those that end serve while nobody else does', async () => {
      const {a, b, client} = pods
      const ending: Partial<Endpoint> = {conditions: {ready: false, serving: true, terminating: true}}
      const broken: Partial<Endpoint> = {conditions: {ready: false, serving: false, terminating: false}}
      await world.service('ready', {clusterIP: '10.96.1.2'}, [at(a, ending), at(b)])
      await becomes(client.host, '10.96.1.2', 80, 'b')
      await world.service('ready', {clusterIP: '10.96.1.2'}, [at(a, ending), at(b, broken)])
      await becomes(client.host, '10.96.1.2', 80, 'a')
    })

    test('without endpoints a connection is refused at once, everywhere', async () => {
      const {a, client} = pods
      const spec = {clusterIP: '10.96.1.3', type: 'NodePort', ports: [{port: 80, nodePort: 30_003}]}
      await world.service('empty', spec, [at(a)])
      await hears(client.host, '10.96.1.3', 80, /^a/)
      await world.service('empty', spec, [])
      for (const from of [client.host, world.machine]) await hears(from, '10.96.1.3', 80, /ECONNREFUSED/)
      for (const from of [client.host, world.outside]) await hears(from, MACHINE, 30_003, /ECONNREFUSED/)
      await hears(world.machine, '127.0.0.1', 30_003, /ECONNREFUSED/)
      await hears(client.host, '10.96.1.250', 80, /ECONNREFUSED/)
    })

    test('a node port is open on every address of this machine, to everybody', async () => {
      const {a, b, client, farClient} = pods
      const spec = {clusterIP: '10.96.1.4', type: 'NodePort', ports: [{port: 80, nodePort: 30_004}]}
      await world.service('node-port', spec, [at(a), at(b)])
      for (const from of [world.outside, client.host, farClient.host, world.machine])
        await becomes(from, MACHINE, 30_004, 'a b')
      await becomes(world.machine, '127.0.0.1', 30_004, 'a b')
      await becomes(client.host, '10.244.0.1', 30_004, 'a b')
    })

    test('load balancer addresses lead in, but not those that are served elsewhere', async () => {
      const {a, client} = pods
      const spec = {clusterIP: '10.96.1.5', type: 'LoadBalancer', ports: [{port: 80, nodePort: 30_005}]}
      const balancerIps = [
        {ip: '10.95.255.5', ipMode: 'VIP'},
        {ip: '10.95.255.6', ipMode: 'Proxy'},
      ]
      await world.service('balanced', spec, [at(a)], {balancerIps})
      for (const from of [world.outside, client.host, world.machine]) await hears(from, '10.95.255.5', 80, /^a/)
      assert.match(await talk(client.host, '10.95.255.6'), /^error/)
    })

    test('source ranges of a load balancer hold for its addresses alone', async () => {
      const {a, client} = pods
      const ports = [{port: 80, nodePort: 30_006}]
      const spec = (...loadBalancerSourceRanges: string[]) =>
        ({clusterIP: '10.96.1.6', type: 'LoadBalancer', ports, loadBalancerSourceRanges}) as const
      const balancerIps = [{ip: '10.95.255.7'}]
      await world.service('guarded', spec(`${client.ip}/32`), [at(a)], {balancerIps})
      await hears(client.host, '10.95.255.7', 80, /^a/)
      await hears(world.outside, '10.95.255.7', 80, /^error/)
      await hears(world.machine, '10.95.255.7', 80, /^error/)
      await hears(world.outside, MACHINE, 30_006, /^a/)
      await world.service('guarded', spec('203.0.113.0/24'), [at(a)], {balancerIps})
      await hears(world.outside, '10.95.255.7', 80, /^a/)
      await hears(world.machine, '10.95.255.7', 80, /^a/)
      await hears(client.host, '10.95.255.7', 80, /^error/)
    })

    test('an external IP leads in from outside and from pods', async () => {
      const {a, client} = pods
      await world.service('external', {clusterIP: '10.96.1.7', externalIPs: ['198.51.100.7']}, [at(a)])
      for (const from of [world.outside, client.host]) await hears(from, '198.51.100.7', 80, /^a/)
    })

    test('an external policy of Local keeps to endpoints here, and the address of whoever asks', async () => {
      const {a, b, client, far} = pods
      const ports = [{port: 80, nodePort: 30_008}]
      const spec = {clusterIP: '10.96.1.8', type: 'NodePort', ports, externalTrafficPolicy: 'Local'} as const
      await world.service('local', spec, [at(a), at(far), at(b, {nodeName: 'elsewhere'})])
      await becomes(world.outside, MACHINE, 30_008, 'a far')
      await becomes(client.host, MACHINE, 30_008, 'a b far')
      await becomes(world.machine, '127.0.0.1', 30_008, 'a b far')
      await becomes(client.host, '10.96.1.8', 80, 'a b far')
      if (mode === 'nftables') await hears(world.outside, MACHINE, 30_008, /203\.0\.113\.2$/)
      await world.service('local', spec, [at(b, {nodeName: 'elsewhere'})])
      await hears(world.outside, MACHINE, 30_008, /^error/)
      await hears(client.host, MACHINE, 30_008, /^b/)
    })

    test('an internal policy of Local keeps to the node of the pod that asks', async () => {
      const {a, client, far, farClient} = pods
      const spec = {clusterIP: '10.96.1.9', internalTrafficPolicy: 'Local'} as const
      await world.service('near', spec, [at(a), at(far)])
      await becomes(client.host, '10.96.1.9', 80, 'a')
      await becomes(farClient.host, '10.96.1.9', 80, 'far')
      await world.service('near', spec, [at(far)])
      await hears(client.host, '10.96.1.9', 80, /^error/)
      await becomes(farClient.host, '10.96.1.9', 80, 'far')
    })

    test('hints keep traffic in the zone, and on the node', async () => {
      const {a, b, client, far, farClient} = pods
      const zone = (name: string): Partial<Endpoint> => ({hints: {forZones: [{name}]}})
      const node = (name: string): Partial<Endpoint> => ({hints: {forNodes: [{name}]}})
      await world.service('hinted', {clusterIP: '10.96.1.10'}, [
        at(a, zone('east')),
        at(b, zone('east')),
        at(far, zone('west')),
      ])
      await becomes(client.host, '10.96.1.10', 80, 'a b')
      await becomes(farClient.host, '10.96.1.10', 80, 'far')
      await world.service('hinted', {clusterIP: '10.96.1.10'}, [at(a, node('node-1')), at(far, node('node-2'))])
      await becomes(client.host, '10.96.1.10', 80, 'a')
      await becomes(farClient.host, '10.96.1.10', 80, 'far')
      await world.service('hinted', {clusterIP: '10.96.1.10'}, [at(a, zone('east')), at(far)])
      await becomes(farClient.host, '10.96.1.10', 80, 'a far')
    })

    test('a pod reaches itself through its service', async () => {
      const {a} = pods
      await world.service('self', {clusterIP: '10.96.1.11'}, [at(a)])
      await hears(a.host, '10.96.1.11', 80, /^a/)
    })

    test('with affinity a client stays with its backend, until it was away too long or the backend leaves', async () => {
      const {a, b, client} = pods
      const sticky = (timeoutSeconds: number) =>
        ({
          clusterIP: '10.96.1.12',
          sessionAffinity: 'ClientIP',
          sessionAffinityConfig: {clientIP: {timeoutSeconds}},
        }) as const
      await world.service('sticky', sticky(100), [at(a), at(b)])
      const first = (await hears(client.host, '10.96.1.12', 80, /^[ab] /)).split(' ')[0] ?? ''
      assert.equal(await names(client.host, '10.96.1.12'), first)
      const other = first === 'a' ? b : a
      await world.service('sticky', sticky(100), [at(other)])
      await becomes(client.host, '10.96.1.12', 80, other.name)
      await world.service('sticky', sticky(1), [at(a), at(b)])
      await hears(client.host, '10.96.1.12', 80, /^[ab] /)
      const seen = new Set<string>()
      await until(
        'another backend after the time is over',
        async () => seen.add(await talk(client.host, '10.96.1.12')).size > 1,
        {
          everyMs: 1200,
        },
      )
    })

    test('datagrams of a client go to one backend, and to another when it leaves', async () => {
      const {a, b, client, farClient} = pods
      const spec = {clusterIP: '10.96.1.13', type: 'NodePort', ports: [{port: 53, protocol: 'UDP', nodePort: 30_013}]}
      await world.service('datagrams', spec, [at(a), at(b)])
      const places: [Host, string, number][] = [
        [client.host, '10.96.1.13', 53],
        [farClient.host, '10.96.1.13', 53],
        [world.machine, '10.96.1.13', 53],
        [world.outside, MACHINE, 30_013],
        [world.machine, '127.0.0.1', 30_013],
      ]
      const ask = ([from, host, port]: [Host, string, number]): Promise<string> =>
        from.ask({do: 'udp', host, port, keep: `flow to ${host}`, timeoutMs: 300})
      for (const place of places) {
        const first = await until('an answer', async () => {
          const answer = await ask(place)
          return answer.startsWith('error') ? undefined : answer
        })
        for (let times = 0; times < 5; times++) assert.equal(await ask(place), first)
      }
      for (const left of [b, a]) {
        await world.service('datagrams', spec, [at(left)])
        for (const place of places)
          await until(`${left.name} for ${place[1]}`, async () => (await ask(place)).startsWith(left.name), {
            timeoutMs: 5000,
          })
      }
    })

    test('a client that asked before there was anybody hears the first that comes', async () => {
      const {a, client} = pods
      const spec = {clusterIP: '10.96.1.21', type: 'NodePort', ports: [{port: 53, protocol: 'UDP', nodePort: 30_021}]}
      await world.service('early', spec, [])
      const places: [Host, string, number][] = [
        [client.host, '10.96.1.21', 53],
        [world.outside, MACHINE, 30_021],
      ]
      const ask = ([from, host, port]: [Host, string, number]): Promise<string> =>
        from.ask({do: 'udp', host, port, keep: `early to ${host}`, timeoutMs: 100})
      for (const place of places) assert.match(await ask(place), /^error/)
      await world.service('early', spec, [at(a)])
      for (const place of places)
        await until('the first', async () => (await ask(place)).startsWith('a '), {timeoutMs: 5000})
    })

    test('who talks already goes on when the endpoints change, and when the service is gone', async () => {
      const {a, b, client} = pods
      await world.service('long', {clusterIP: '10.96.1.14'}, [at(a)])
      await hears(client.host, '10.96.1.14', 80, /^a/)
      await client.host.ask({do: 'open', id: 'long', host: '10.96.1.14', port: 80})
      await world.service('long', {clusterIP: '10.96.1.14'}, [at(b)])
      await hears(client.host, '10.96.1.14', 80, /^b/)
      assert.equal(await client.host.ask({do: 'say', id: 'long', text: 'still'}), 'still')
      await world.removeService('long')
      await hears(client.host, '10.96.1.14', 80, /ECONNREFUSED/)
      assert.equal(await client.host.ask({do: 'say', id: 'long', text: 'there'}), 'there')
    })

    test('services and slices that are for another proxy are left alone', async () => {
      const {a, b, client} = pods
      const other = {labels: {'service.kubernetes.io/service-proxy-name': 'mine'}}
      const headless = {labels: {'service.kubernetes.io/headless': ''}}
      await world.service('other', {clusterIP: '10.96.1.15'}, [at(a)], other)
      await world.service('headless', {clusterIP: '10.96.1.16'}, [at(b)], headless)
      await world.service('mark', {clusterIP: '10.96.1.17'}, [at(b)])
      await hears(client.host, '10.96.1.17', 80, /^b/)
      for (const address of ['10.96.1.15', '10.96.1.16']) assert.match(await talk(client.host, address), /^error/)
      await world.service('other', {clusterIP: '10.96.1.15'}, [at(a)], {labels: {}})
    })

    test('the health check of a service says how many endpoints are here', async () => {
      const {a, b} = pods
      const spec = {
        clusterIP: '10.96.1.18',
        type: 'LoadBalancer',
        ports: [{port: 80, nodePort: 30_018}],
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 31_018,
      } satisfies Partial<ServiceSpec>
      const check = async (): Promise<string> =>
        world.outside.exec('curl', ['-sS', '-m', '2', '-w', ' %{http_code}', `http://${MACHINE}:31018/healthz`])
      await world.service('checked', spec, [at(a), at(b, {nodeName: 'elsewhere'})])
      const answer = await until('an answer', check)
      assert.deepEqual(JSON.parse(answer.replace(/ 200$/, '')), {
        service: {namespace: 'default', name: 'checked'},
        localEndpoints: 1,
        serviceProxyHealthy: true,
      })
      await world.service('checked', spec, [at(b, {nodeName: 'elsewhere'})])
      await until('nobody here', async () => (await check()).endsWith(' 503'))
    })

    test('the proxy says on its usual port that it is well', async () => {
      const health = JSON.parse(await world.machine.exec('curl', ['-sS', 'http://127.0.0.1:10256/healthz']))
      assert.deepEqual(Object.keys(health), ['lastUpdated', 'currentTime', 'nodeEligible'])
    })

    test('real curl gets a whole page through a service', async () => {
      const {a, client} = pods
      await world.service('page', {clusterIP: '10.96.1.19', ports: [{port: 80}]}, [at(a)], {targetPort: 9000})
      const script = `require('http').createServer((q,s)=>s.end('x'.repeat(3000000))).listen(9000)`
      a.host.spawn(process.execPath, ['-e', script], {stdio: 'ignore'})
      const size = await until('the page', () =>
        client.host.exec('curl', ['-sS', '-o', '/dev/null', '-w', '%{size_download}', 'http://10.96.1.19/']),
      )
      assert.equal(size, '3000000')
    })

    test('what is on this machine beside services is not behind their addresses', {
      skip: mode === 'userspace' && 'only the kernel can refuse them',
    }, async () => {
      const {client} = pods
      await world.machine.ask({do: 'serve', name: 'machine', address: '0.0.0.0', tcp: [2222]})
      assert.match(await talk(client.host, '10.244.0.1', 2222), /^machine/)
      assert.match(await talk(client.host, '10.96.1.1', 2222), /ECONNREFUSED/)
    })

    test('a proxy that was killed leaves nothing wrong behind, one that ends leaves nothing', async () => {
      const {a, b, client} = pods
      await world.service('life', {clusterIP: '10.96.1.20', externalIPs: ['198.51.100.20']}, [at(a)])
      await hears(client.host, '198.51.100.20', 80, /^a/)
      await world.killProxy()
      await world.service('life', {clusterIP: '10.96.1.20'}, [at(b)])
      await world.startProxy()
      await hears(client.host, '10.96.1.20', 80, /^b/)
      await world.stopProxy()
      assert.match(await talk(client.host, '10.96.1.20'), /^error/)
      assert.equal((await world.nft(['list', 'tables'])).trim(), '')
      assert.doesNotMatch(await world.machine.exec('ip', ['address']), /198\.51\.100/)
    })
  })
