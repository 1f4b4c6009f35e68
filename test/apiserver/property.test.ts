// Whatever is written, in whatever order and by however many at once: the store, a list and every watcher agree.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {KubeList, KubeObject, Stored} from '../../src/api/object.ts'
import {pick, type Random, seeded} from '../../src/lib/random.ts'
import {until} from '../helpers/until.ts'
import {ask, testServer} from './test-server.ts'
import {Replica} from './watch-replica.ts'

const paths = [
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/secrets',
  '/apis/apps/v1/namespaces/default/deployments',
]

const template = {metadata: {labels: {a: 'b'}}, spec: {containers: [{name: 'c', image: 'i'}]}}
const bodies: readonly object[] = [
  {data: {a: '1'}},
  {data: {a: 'YQ=='}},
  {spec: {replicas: 1, selector: {matchLabels: {a: 'b'}}, template}},
]

interface Step {
  readonly method: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: object
}

const merge = {'content-type': 'application/merge-patch+json'}
const applies = {'content-type': 'application/apply-patch+yaml'}
const kinds = [
  {apiVersion: 'v1', kind: 'ConfigMap'},
  {apiVersion: 'v1', kind: 'Secret'},
  {apiVersion: 'apps/v1', kind: 'Deployment'},
]

const randomStep = (random: Random): Step => {
  const at = Math.floor(random.next() * paths.length)
  const path = paths[at] ?? ''
  const name = `n${Math.floor(random.next() * 6)}`
  const label = {metadata: {labels: {l: String(Math.floor(random.next() * 3))}}}
  const finalizers = {metadata: {finalizers: random.next() < 0.5 ? ['example.test/hold'] : null}}
  const body = {...bodies[at], metadata: {name}}
  const steps: Step[] = [
    {method: 'POST', path, body},
    {method: 'POST', path, body},
    {method: 'PATCH', path: `${path}/${name}`, headers: merge, body: label},
    {method: 'PATCH', path: `${path}/${name}`, headers: merge, body: finalizers},
    {
      method: 'PATCH',
      path: `${path}/${name}?fieldManager=m&force=true`,
      headers: applies,
      body: {...kinds[at], ...body, ...label, metadata: {...label.metadata, name}},
    },
    {method: 'DELETE', path: `${path}/${name}`},
    {method: 'DELETE', path: `${path}?labelSelector=l%3D1`},
  ]
  return pick(random, steps) ?? {method: 'DELETE', path: `${path}/${name}`}
}

const expected: ReadonlySet<number> = new Set([200, 201, 404, 409, 422])

const shape = (objects: readonly Stored<KubeObject>[]): string[] =>
  objects.map((object) => JSON.stringify({...object, kind: undefined, apiVersion: undefined})).sort()

for (const seed of [1, 2, 3])
  test(`server, store and watchers agree after random writes (seed ${seed})`, async () => {
    const random = seeded(seed)
    await using api = await testServer({random})
    const all = paths.map((path) => new Replica(api.socket, path, ''))
    const labelled = paths.map((path) => new Replica(api.socket, path, 'l=1'))
    try {
      for (let round = 0; round < 30; round++) {
        const steps = Array.from({length: 5}, () => randomStep(random))
        const answers = await Promise.all(steps.map((step) => ask<KubeObject>(api.socket, step.path, step)))
        for (const [at, {status, text}] of answers.entries())
          assert.ok(expected.has(status), `seed ${seed}: ${JSON.stringify(steps[at])} answered ${status} ${text}`)
      }
      for (const [at, path] of paths.entries())
        for (const [replica, selector] of [
          [all[at], ''],
          [labelled[at], '?labelSelector=l%3D1'],
        ] as const) {
          const {json} = await api.ask<KubeList<KubeObject>>(path + selector)
          const wanted = shape(json.items)
          await until(
            'the replica shows what the list shows',
            () => JSON.stringify(shape(replica?.objects ?? [])) === JSON.stringify(wanted),
          )
          if (selector === '') {
            const [, , , , group] = path.startsWith('/apis') ? ['', '', '', '', 'apps'] : ['', '', '', '', 'core']
            const {entries} = api.store.list(`/registry/${group}/${path.split('/').at(-1)}/default/`)
            assert.deepEqual(
              shape(entries.map(({value}) => JSON.parse(value.toString()) as Stored<KubeObject>)),
              wanted,
            )
          }
        }
    } finally {
      for (const replica of [...all, ...labelled]) replica.close()
    }
  })
