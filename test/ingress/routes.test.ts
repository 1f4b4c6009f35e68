import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Ingress, IngressSpec} from '../../src/api/schema/types.gen.ts'
import {findTarget, routeTable, type Target} from '../../src/ingress/routes.ts'
import type {Cached} from '../../src/reconcile/contract.ts'

const ingress = (spec: IngressSpec, created = '2026-01-01T00:00:00Z'): Cached<Ingress> =>
  ({
    metadata: {name: 'i', namespace: 'shop', uid: created, creationTimestamp: created},
    spec,
  }) as unknown as Cached<Ingress>
const nameOf = (target: Target | undefined): string | undefined =>
  target?.kind === 'service' ? target.service : target?.name
const to = (name: string) => ({service: {name, port: {number: 80}}})
const rule = (host: string | undefined, ...paths: [string, string, string][]) => ({
  host,
  http: {paths: paths.map(([path, pathType, name]) => ({path, pathType, backend: to(name)}))},
})

const table = routeTable([
  ingress({
    rules: [
      rule(
        'a.example',
        ['/', 'Prefix', 'root'],
        ['/foo', 'Prefix', 'foo'],
        ['/foo', 'Exact', 'foo-exact'],
        ['/foo/bar/', 'Prefix', 'bar'],
      ),
      rule('*.wild.example', ['/', 'ImplementationSpecific', 'wild']),
      rule(undefined, ['/any', 'Prefix', 'any']),
    ],
  }),
  ingress(
    {rules: [rule('a.example', ['/', 'Prefix', 'late'])], defaultBackend: to('fallback')},
    '2026-01-02T00:00:00Z',
  ),
])

const cases: [string, string, string, string][] = [
  ['the root takes what nobody else does', 'a.example', '/other', 'root'],
  ['the longest prefix wins', 'a.example', '/foo/x', 'foo'],
  ['an exact path wins over a prefix as long', 'a.example', '/foo', 'foo-exact'],
  ['a prefix matches whole elements', 'a.example', '/foobar', 'root'],
  ['a slash at the end of a prefix means nothing', 'a.example', '/foo/bar', 'bar'],
  ['names are told apart without case', 'A.Example', '/', 'root'],
  ['a wildcard stands for one label', 'x.wild.example', '/', 'wild'],
  ['and not for two', 'x.y.wild.example', '/', 'fallback'],
  ['nor for none', 'wild.example', '/', 'fallback'],
  ['a rule without a host takes any', 'b.example', '/any/x', 'any'],
  ['the default backend takes the rest', 'b.example', '/', 'fallback'],
]
for (const [what, host, path, expected] of cases)
  test(`${what}: ${host}${path}`, () => assert.equal(nameOf(findTarget(table, host, path)), expected))

test('without a default backend the rest has no target', () => {
  assert.equal(findTarget(routeTable([]), 'x', '/'), undefined)
})
