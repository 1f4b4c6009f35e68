// Services that never rest, in both modes: endpoints come and go, services too, clients never stop asking. Nobody hears from a
// wrong pod, and nothing is left: descriptors of the proxy, chains and elements of the kernel's table.
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import type {ServicePort} from '../../src/api/schema/types.gen.ts'
import {seeded} from '../../src/lib/random.ts'
import type {ProxyMode} from '../../src/proxy/contract.ts'
import {until} from '../helpers/until.ts'
import {at, startWorld, type World, type WorldPod} from '../proxy/world.ts'

const SEED = 11
const CHANGES = 1500
const SERVICES = 8

const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const lines = async (world: World): Promise<number> =>
  (await world.nft(['list', 'table', 'ip', 'mini-test'])).split('\n').length

const spec = (number: number) => ({
  clusterIP: `10.96.3.${number + 1}`,
  type: 'NodePort',
  ports: [
    {name: 't', port: 80, nodePort: 30_100 + number},
    {name: 'u', port: 80, nodePort: 30_100 + number, protocol: 'UDP'},
  ] satisfies ServicePort[],
  sessionAffinity: number % 4 === 0 ? 'ClientIP' : 'None',
})

const clear = async (world: World, alive: Set<number>): Promise<void> => {
  for (const number of alive) await world.removeService(`s${number}`)
  alive.clear()
  await until('nobody listens', async () => {
    const answer = await world.outside.ask({do: 'tcp', host: '203.0.113.1', port: 30_100, timeoutMs: 300})
    return answer.startsWith('error')
  })
}

for (const mode of ['nftables', 'userspace'] as const satisfies ProxyMode[])
  test(`services change ${CHANGES} times through ${mode}`, {timeout: 1_200_000}, async () => {
    const random = seeded(SEED)
    const up = (to: number): number => Math.floor(random.next() * to)
    await using world = await startWorld(mode)
    const pods = await Promise.all(['a', 'b', 'c', 'd'].map((name) => world.pod(name, {udp: [8080]})))
    const client = await world.pod('client', {isUnknown: true})
    const alive = new Set<number>()
    const change = async (): Promise<void> => {
      const number = up(SERVICES)
      if (alive.has(number) && random.next() < 0.2) {
        alive.delete(number)
        await world.removeService(`s${number}`)
        return
      }
      alive.add(number)
      const some = pods.filter(() => random.next() < 0.6)
      await world.service(
        `s${number}`,
        spec(number),
        some.map((pod: WorldPod) => at(pod)),
      )
    }
    const ask = async (): Promise<void> => {
      const host = `10.96.3.${1 + up(SERVICES)}`
      const answer = await client.host.ask({do: up(2) ? 'tcp' : 'udp', host, port: 80, timeoutMs: 100})
      assert.match(answer, /^([abcd] |error)/)
    }
    // The first round brings everything to its usual size.
    for (let count = 0; count < 50; count++) await Promise.all([change(), ask(), ask()])
    await clear(world, alive)
    const before = {files: descriptors(world.proxyPid), lines: await lines(world)}
    for (let count = 0; count < CHANGES; count++) await Promise.all([change(), ask(), ask(), ask()])
    await clear(world, alive)
    console.log(`${mode}: ${Math.round(residentMegabytes(world.proxyPid))} MB resident, seed ${SEED}`)
    // Flows of datagrams are forgotten after half a minute.
    await until('no descriptor is left', () => descriptors(world.proxyPid) <= before.files + 3, {timeoutMs: 90_000})
    await until('no rule is left', async () => (await lines(world)) <= before.lines, {timeoutMs: 5000})
  })
