// The kinds against what a real server said of its resources.
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {kinds} from '../../../src/api/kinds/index.ts'
import {apiVersionOf} from '../../../src/api/resource.ts'
import {recorded} from '../../helpers/recorded.ts'

interface RecordedResource {
  name: string
  singularName: string
  namespaced: boolean
  kind: string
  verbs: string[]
  shortNames?: string[]
  categories?: string[]
  group?: string
  version?: string
}

const speaksOf = (kind: (typeof kinds)[number], speaks: {group: string; version: string; kind: string} | undefined) => {
  const own = speaks === undefined || (speaks.group === kind.resource.group && speaks.version === kind.resource.version)
  return {
    kind: speaks?.kind ?? kind.resource.kind,
    ...(own || speaks.group === '' ? {} : {group: speaks.group, version: speaks.version}),
  }
}

test('every resource has the names, verbs and subresources of the record', () => {
  const {resources} = recorded<{resources: {[version: string]: RecordedResource[]}}>('discovery')
  const real = Object.entries(resources).flatMap(([version, list]) =>
    list.map(({kind, verbs, group, version: spoken, name, namespaced, shortNames, categories, singularName}) => ({
      path: `${version}/${name}`,
      kind,
      verbs,
      ...(group === undefined ? {} : {group, version: spoken}),
      namespaced,
      ...(name.includes('/') ? {} : {singularName, shortNames: shortNames ?? [], categories: categories ?? []}),
    })),
  )
  const ours = kinds.flatMap((kind) => [
    {
      path: `${apiVersionOf(kind.resource)}/${kind.resource.plural}`,
      kind: kind.resource.kind,
      verbs: [...kind.verbs],
      namespaced: kind.resource.namespaced,
      singularName: kind.resource.singular,
      shortNames: [...kind.resource.shortNames],
      categories: [...kind.resource.categories],
    },
    ...Object.entries(kind.subresources).map(([name, {verbs, speaks}]) => ({
      path: `${apiVersionOf(kind.resource)}/${kind.resource.plural}/${name}`,
      ...speaksOf(kind, speaks),
      verbs: [...verbs],
      namespaced: kind.resource.namespaced,
    })),
  ])
  const byPath = (a: {path: string}, b: {path: string}): number => (a.path < b.path ? -1 : 1)
  assert.deepEqual(ours.sort(byPath), real.sort(byPath))
})

test('every table has the columns of the record', () => {
  const real = recorded<{[path: string]: object[]}>('table-columns')
  for (const kind of kinds.filter(({virtual}) => !virtual)) {
    const columns = kind.columns.map(({name, type, format, priority}) => ({
      name,
      type,
      ...(format === undefined ? {} : {format}),
      priority,
    }))
    const path = `${apiVersionOf(kind.resource)}/${kind.resource.plural}`
    assert.deepEqual(columns, real[path], path)
  }
})

test('every kind has a schema', () => {
  for (const kind of kinds) assert.ok(kind.schema.properties?.metadata, kind.resource.kind)
})
