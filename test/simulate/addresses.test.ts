import assert from 'node:assert/strict'
import {test} from 'node:test'
import {PodAddresses} from '../../src/simulate/addresses.ts'

test('pods have an address of each family, keep it, and its place is free again after them', () => {
  const addresses = new PodAddresses(['10.244.1.0/29', 'fd00:10:244:1::/64'])
  assert.deepEqual(addresses.take(), ['10.244.1.2', 'fd00:10:244:1::2'])
  assert.deepEqual(addresses.keep('10.244.1.4'), ['10.244.1.4', 'fd00:10:244:1::4'])
  assert.equal(addresses.keep('10.244.2.4'), undefined)
  const rest = [addresses.take(), addresses.take(), addresses.take()].map(([ip]) => ip)
  assert.deepEqual(rest, ['10.244.1.3', '10.244.1.5', '10.244.1.6'])
  assert.throws(() => addresses.take(), /no pod address is left/)
  addresses.release('10.244.1.5')
  assert.equal(addresses.take()[0], '10.244.1.5')
})
