import assert from 'node:assert/strict'
import {test} from 'node:test'
import {supervise} from '../../src/daemon/supervisor.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {fakeClock} from '../helpers/fake-clock.ts'

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))

test('a component that fails is started again, later and later, and its last error is shown', async () => {
  const clock = fakeClock()
  const starts: number[] = []
  const component = supervise(
    'fragile',
    async () => {
      starts.push(clock.monotonic())
      throw new Error('broken')
    },
    {clock, logger: silentLogger},
  )
  await clock.advance(1000)
  assert.deepEqual(starts, [0, 100, 300, 700])
  assert.equal(component.status().restarts, 4)
  assert.equal(component.status().lastError, 'broken')
  await component.stop()
  assert.equal(component.status().state, 'Stopped')
})

test('a component that ends by itself counts as failed', async () => {
  const clock = fakeClock()
  const component = supervise('short', async () => undefined, {clock, logger: silentLogger})
  await clock.advance(1)
  assert.equal(component.status().lastError, 'it ended by itself')
  assert.equal(component.status().state, 'Restarting')
  await component.stop()
})

test('stop settles only after the component has ended', async () => {
  const clock = fakeClock()
  let ended = false
  const component = supervise(
    'slow',
    async (signal) => {
      await untilAborted(signal)
      await Promise.resolve()
      ended = true
    },
    {clock, logger: silentLogger},
  )
  assert.equal(component.status().state, 'Running')
  await component.stop()
  assert.ok(ended)
})
