import assert from 'node:assert/strict'
import {test} from 'node:test'
import {bytesOver, imagesToRemove, type KnownImage} from '../../src/kubelet/images/collect.ts'

const MINUTE = 60_000
const image = (id: string, more: Partial<KnownImage> = {}): KnownImage => ({
  id,
  size: 100,
  pinned: false,
  firstSeenMs: 0,
  lastUsedMs: 0,
  inUse: false,
  ...more,
})
const removed = (images: readonly KnownImage[], bytesToFree: number, maxAgeMs = 0): string[] =>
  imagesToRemove(images, {nowMs: 60 * MINUTE, minAgeMs: 2 * MINUTE, maxAgeMs, bytesToFree}).map(({id}) => id)

test('room is made only above the high mark, and down to the low one', () => {
  const marks = {highPercent: 85, lowPercent: 80}
  assert.equal(bytesOver({availableBytes: 160, capacityBytes: 1000}, marks), 0)
  assert.equal(bytesOver({availableBytes: 150, capacityBytes: 1000}, marks), 50)
  assert.equal(bytesOver({availableBytes: 0, capacityBytes: 1000}, marks), 200)
})

test('what was not used for longest goes first, and no more than needed', () => {
  const images = [image('new', {lastUsedMs: 9}), image('never'), image('old', {lastUsedMs: 5})]
  assert.deepEqual(removed(images, 150), ['never', 'old'])
  assert.deepEqual(removed(images, 0), [])
})

test('images in use, pinned ones and brand-new ones stay', () => {
  const images = [
    image('used', {inUse: true}),
    image('host', {pinned: true}),
    image('fresh', {firstSeenMs: 59 * MINUTE}),
  ]
  assert.deepEqual(removed(images, 1000), [])
})

test('what nobody has used for too long goes although there is room', () => {
  const images = [image('stale', {lastUsedMs: MINUTE}), image('recent', {lastUsedMs: 55 * MINUTE})]
  assert.deepEqual(removed(images, 0, 10 * MINUTE), ['stale'])
})
