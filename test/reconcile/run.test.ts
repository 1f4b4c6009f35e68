import assert from 'node:assert/strict'
import {test} from 'node:test'
import {configMaps} from '../../src/api/resources.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {type ControllerSpec, watching} from '../../src/reconcile/contract.ts'
import {runController} from '../../src/reconcile/run.ts'
import {controlPlane} from '../helpers/control-plane.ts'
import {until} from '../helpers/until.ts'

const run = async (spec: Partial<ControllerSpec> & Pick<ControllerSpec, 'reconcile'>) => {
  const plane = await controlPlane()
  const stop = new AbortController()
  const {client, informers} = plane
  const done = runController(
    // In the name of somebody who may write everything.
    {name: 'test', identity: 'generic-garbage-collector', watches: [watching({resource: configMaps})], ...spec},
    {client, informers, clock: systemClock, logger: silentLogger, signal: stop.signal},
  )
  const create = (name: string) => client.create(configMaps, {metadata: {namespace: 'default', name}})
  return {
    plane,
    create,
    end: async () => {
      stop.abort()
      await done
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await done
      await plane[Symbol.asyncDispose]()
    },
  }
}

test('a key is never reconciled twice at once, and again after a change meanwhile', async () => {
  let atOnce = 0
  let most = 0
  let times = 0
  await using running = await run({
    reconcile: async (key) => {
      if (key !== 'default/x') return
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setTimeout(resolve, 30))
      atOnce -= 1
      times += 1
    },
  })
  await running.create('x')
  await until('the first look', () => atOnce === 1)
  const name = {namespace: 'default', name: 'x'}
  for (const value of ['1', '2', '3'])
    await running.plane.client.patch(configMaps, name, {type: 'merge', body: {data: {value}}})
  await until('the second look', () => times === 2)
  assert.equal(most, 1)
})

test('a reconcile that throws is tried again, also when it throws at once', async () => {
  const tries = new Map<string, number>()
  await using running = await run({
    reconcile: (key) => {
      tries.set(key, (tries.get(key) ?? 0) + 1)
      if (tries.get(key) !== 3) throw new Error('not yet')
      return Promise.resolve()
    },
  })
  await running.create('x')
  await until('three tries', () => tries.get('default/x') === 3)
})

test('what a reconcile wrote is in the cache when it is called again', async () => {
  const seen: boolean[] = []
  await using running = await run({
    reconcile: async (key, {client, cache}) => {
      if (key !== 'default/x') return undefined
      const value = String(seen.length)
      if (seen.length > 0) seen.push(cache(configMaps).getByKey(key)?.data?.value === String(seen.length - 1))
      else seen.push(true)
      if (seen.length > 20) return undefined
      await client.patch(configMaps, {namespace: 'default', name: 'x'}, {type: 'merge', body: {data: {value}}})
      return {requeueAfterMs: 0}
    },
  })
  await running.create('x')
  await until('twenty looks', () => seen.length > 20)
  assert.ok(seen.every(Boolean))
})

test('a controller whose start fails is started again', async () => {
  let starts = 0
  let looks = 0
  await using running = await run({
    start: () => {
      starts += 1
      if (starts === 1) throw new Error('not the first time')
    },
    reconcile: async () => {
      looks += 1
    },
  })
  await running.create('x')
  await until('a look', () => looks > 0)
  assert.equal(starts, 2)
})

test('stopping waits for the reconcile under way', async () => {
  let isDone = false
  await using running = await run({
    reconcile: async (_key, {signal}) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await new Promise((resolve) => setTimeout(resolve, 20))
      isDone = true
    },
  })
  await running.create('x')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await running.end()
  assert.ok(isDone)
})
