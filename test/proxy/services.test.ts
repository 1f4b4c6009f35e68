// Every way into a service, in both modes of the proxy: real processes in network namespaces.
import assert from 'node:assert/strict'
import {after, before, describe, test} from 'node:test'
import type {ProxyMode} from '../../src/proxy/contract.ts'
import {canMakeNamespaces, type Host} from '../helpers/netns.ts'
import {until} from '../helpers/until.ts'
import {at, MACHINE, startWorld, type World, type WorldPod} from './world.ts'

const options = {skip: !canMakeNamespaces && 'needs root on Linux'}

const talk = (host: Host, address: string, port = 80): Promise<string> => host.ask({do: 'tcp', host: address, port})

/** The answer once it is what it should be. */
const hears = (host: Host, address: string, port: number, wanted: RegExp | string): Promise<string> =>
  until(`${wanted} from ${address}:${port}`, async () => {
    const answer = await talk(host, address, port)
    return (typeof wanted === 'string' ? answer === wanted : wanted.test(answer)) ? answer : undefined
  })

const namesHeard = async (host: Host, address: string, port: number, times = 12): Promise<string[]> => {
  const heard = new Set<string>()
  for (let count = 0; count < times; count++) heard.add((await talk(host, address, port)).split(' ')[0] ?? '')
  return [...heard].sort()
}

for (const mode of ['nftables', 'userspace'] as const satisfies ProxyMode[])
  describe(`services through ${mode}`, options, () => {
    let world: World
    let [a, b, far, client]: WorldPod[] = []
    const pods = () => {
      if (!a || !b || !far || !client) throw new Error('no pods')
      return {a, b, far, client}
    }
    before(async () => {
      if (!canMakeNamespaces) return
      world = await startWorld(mode)
      ;[a, b, far, client] = await Promise.all([
        world.pod('a', {udp: [8053]}),
        world.pod('b', {udp: [8053]}),
        world.pod('far', {node: 2}),
        world.pod('client', {isUnknown: true}),
      ])
    })
    after(() => world?.[Symbol.asyncDispose]())

    test('the mode is the one that was asked for', () => {
      assert.equal(world.state.mode, mode)
      assert.equal(world.state.policiesLack, undefined)
    })

    test('a cluster IP leads to every ready endpoint, for pods and for this machine', async () => {
      const {a, b, far, client} = pods()
      await world.service('web', {clusterIP: '10.96.1.1'}, [at(a), at(b), at(far)])
      for (const from of [client.host, world.machine]) {
        await hears(from, '10.96.1.1', 80, /^(a|b|far) /)
        assert.deepEqual(await namesHeard(from, '10.96.1.1', 80, 30), ['a', 'b', 'far'])
      }
    })
  })
