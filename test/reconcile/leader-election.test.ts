import assert from 'node:assert/strict'
import {test} from 'node:test'
import {leases} from '../../src/api/resources.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {runAsLeader} from '../../src/reconcile/leader-election.ts'
import {controlPlane} from '../helpers/control-plane.ts'
import {fakeClock} from '../helpers/fake-clock.ts'
import {until} from '../helpers/until.ts'

test('one of two leads, and the other takes over when it gives up or falls silent', async () => {
  await using plane = await controlPlane()
  const {client} = plane
  const clock = fakeClock()
  const leading: string[] = []
  const run = (identity: string) => {
    const stop = new AbortController()
    const done = runAsLeader({
      client,
      lease: {namespace: 'kube-system', name: 'master'},
      identity,
      clock,
      logger: silentLogger,
      signal: stop.signal,
      lead: async (signal) => {
        leading.push(identity)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        leading.splice(leading.indexOf(identity), 1)
      },
    })
    return async () => {
      stop.abort()
      await done
    }
  }
  const turn = async (check: () => boolean) =>
    until('the lease to move', async () => {
      await clock.advance(1_000)
      return check()
    })
  const endA = run('a')
  await turn(() => leading.includes('a'))
  const endB = run('b')
  for (let second = 0; second < 20; second++) await clock.advance(1_000)
  assert.deepEqual(leading, ['a'])
  await endA()
  await turn(() => leading.includes('b'))
  await endB()
  assert.equal((await client.get(leases, {namespace: 'kube-system', name: 'master'})).spec?.holderIdentity, undefined)
})
