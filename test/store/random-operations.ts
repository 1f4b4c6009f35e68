// A store and a model of it in plain arrays do the same random operations and must agree on everything they answer.
import assert from 'node:assert/strict'
import {pick, type Random} from '../../src/lib/random.ts'
import {CompactedError, type Store, type StoreEvent, type WriteOutcome} from '../../src/store/contract.ts'

interface Version {
  readonly revision: number
  readonly createRevision: number
  readonly value: string | undefined
}

const KEYS = Array.from({length: 40}, (_, number) => `/${number % 3 === 0 ? 'a' : 'b'}/${number}`)
const PREFIXES = ['', '/a/', '/b/', '/b/1', '/none/']

export class Model {
  readonly versions = new Map<string, Version[]>()
  current = 0
  compacted = 0

  at(key: string, revision: number): Version | undefined {
    const version = this.versions.get(key)?.findLast((candidate) => candidate.revision <= revision)
    return version?.value === undefined ? undefined : version
  }

  list(prefix: string, revision: number): readonly string[] {
    return [...this.versions.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .flatMap((key) => {
        const version = this.at(key, revision)
        return version ? [`${key}=${version.value}@${version.revision}/${version.createRevision}`] : []
      })
  }

  add(key: string, version: Version): void {
    this.versions.set(key, [...(this.versions.get(key) ?? []), version])
    this.current = version.revision
  }

  eventsAfter(prefix: string, revision: number): readonly string[] {
    return [...this.versions]
      .filter(([key]) => key.startsWith(prefix))
      .flatMap(([key, versions]) => versions.map((version) => ({key, ...version})))
      .filter((version) => version.revision > revision)
      .sort((a, b) => a.revision - b.revision)
      .map(({key, revision: at, value}) => `${value === undefined ? 'delete' : 'put'} ${key}@${at}`)
  }
}

export const brief = ({type, key, revision}: StoreEvent): string => `${type} ${key}@${revision}`

/** Some writes of one turn, foretold by the model. */
export const randomWrites = async (store: Store, model: Model, random: Random): Promise<void> => {
  const writes: Promise<WriteOutcome>[] = []
  const expected: string[] = []
  for (let count = 1 + Math.floor(random.next() * 6); count > 0; count--) {
    const key = pick(random, KEYS) ?? ''
    const now = model.at(key, model.current)
    const ifRevision = random.next() < 0.3 ? (now?.revision ?? 1) - (random.next() < 0.3 ? 1 : 0) : undefined
    const conflicts = now !== undefined && ifRevision !== undefined && ifRevision !== now.revision
    const value = `${random.next()}`
    const revision = model.current + 1
    switch (pick(random, ['create', 'update', 'update', 'delete'] as const)) {
      case 'create':
        writes.push(store.create(key, Buffer.from(value)))
        expected.push(now ? `exists ${now.revision}` : `written ${revision}`)
        if (!now) model.add(key, {revision, createRevision: revision, value})
        break
      case 'update':
        writes.push(store.update(key, Buffer.from(value), ifRevision))
        expected.push(!now ? 'missing' : conflicts ? `conflict ${now.revision}` : `written ${revision}`)
        if (now && !conflicts) model.add(key, {...now, revision, value})
        break
      default:
        writes.push(store.delete(key, ifRevision))
        expected.push(!now ? 'missing' : conflicts ? `conflict ${now.revision}` : `written ${revision}`)
        if (now && !conflicts) model.add(key, {...now, revision, value: undefined})
    }
  }
  assert.deepEqual((await Promise.all(writes)).map(answer), expected)
}

const answer = (outcome: WriteOutcome): string =>
  outcome.kind === 'missing'
    ? 'missing'
    : `${outcome.kind} ${outcome.kind === 'written' ? outcome.revision : outcome.current.revision}`

export const compareReads = (store: Store, model: Model, random: Random): void => {
  assert.equal(store.currentRevision(), model.current)
  const revision = Math.floor(random.next() * (model.current + 1))
  const prefix = pick(random, PREFIXES) ?? ''
  if (revision < model.compacted) assert.throws(() => store.list(prefix, {atRevision: revision}), CompactedError)
  else comparePages(store, model, {prefix, revision, limit: 1 + Math.floor(random.next() * 10)})
  comparePages(store, model, {prefix, revision: model.current, limit: 1000})
  assert.equal(store.count(prefix), model.list(prefix, model.current).length)
}

interface Question {
  readonly prefix: string
  readonly revision: number
  readonly limit: number
}

const comparePages = (store: Store, model: Model, {prefix, revision, limit}: Question): void => {
  const expected = model.list(prefix, revision)
  const found: string[] = []
  for (let after: string | undefined; ; ) {
    const page = store.list(prefix, {limit, after, atRevision: revision})
    for (const {key, value, revision: at, createRevision} of page.entries)
      found.push(`${key}=${value}@${at}/${createRevision}`)
    assert.equal(page.remaining, expected.length - found.length)
    if (page.remaining === 0) break
    after = page.entries.at(-1)?.key
  }
  assert.deepEqual(found, expected)
}
