// The proxy on a machine that has no nftables.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {events, networkPolicies} from '../../src/api/resources.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import type {ProxyState} from '../../src/proxy/contract.ts'
import {runProxy} from '../../src/proxy/run.ts'
import {startInProcess} from '../helpers/in-process.ts'
import {until} from '../helpers/until.ts'

test('without nft services go through this process, and whoever writes a policy is told that nothing enforces it', async () => {
  await using cluster = await startInProcess()
  const {client, informers} = cluster
  const stop = new AbortController()
  const states: ProxyState[] = []
  const running = runProxy({
    client,
    informers,
    clock: systemClock,
    logger: silentLogger,
    signal: stop.signal,
    mode: 'nftables',
    tableName: 'mini-none',
    network: {podRanges: ['10.3.0.0/16'], serviceRanges: ['10.2.0.0/16'], balancerRanges: ['10.1.0.0/16']},
    path: '/nowhere',
    onState: (state) => states.push(state),
  })
  const [state] = await until('a state', () => (states.length > 0 ? states : undefined))
  assert.equal(state?.mode, 'userspace')
  assert.match(`${state?.reason}`, /nft|root/)
  assert.equal(state?.policiesLack, state?.reason)
  await client.create(networkPolicies, {metadata: {name: 'deny', namespace: 'default'}, spec: {podSelector: {}}})
  const event = await until('an event', async () =>
    (await client.list(events, {namespace: 'default'})).items.find(({reason}) => reason === 'NotEnforced'),
  )
  assert.equal(event.type, 'Warning')
  assert.equal(event.involvedObject.name, 'deny')
  assert.match(event.message ?? '', /kept and not enforced/)
  stop.abort()
  await running
})
