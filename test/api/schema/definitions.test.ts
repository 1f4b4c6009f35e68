import assert from 'node:assert/strict'
import {test} from 'node:test'
import {definition, definitionOf, loadDescriptions, rawDefinitions} from '../../../src/api/schema/definitions.ts'
import type {RawDefinition, RawSchema} from '../../../src/api/schema/raw.ts'
import {recorded} from '../../helpers/recorded.ts'

/** A definition in the words of the recorded facts. */
const asFacts = (raw: RawDefinition): unknown => {
  const special: Record<string, unknown> = {
    quantity: {oneOf: [{type: 'string'}, {type: 'number'}]},
    'int-or-string': {format: 'int-or-string', oneOf: [{type: 'integer'}, {type: 'string'}]},
    'date-time-micro': {format: 'date-time', type: 'string'},
  }
  if (raw.format && special[raw.format]) return special[raw.format]
  const fields = Object.entries(raw.properties ?? {}).map(([name, field]) => [name, fieldAsFacts(field)])
  return {
    ...(raw.type === 'any' ? {} : {type: raw.type}),
    ...(raw.format ? {format: raw.format} : {}),
    ...(fields.length > 0 ? {fields: Object.fromEntries(fields)} : {}),
    ...(raw.required ? {required: [...raw.required].sort()} : {}),
    ...(raw.mapType ? {'map-type': raw.mapType} : {}),
    ...(raw.unions ? {unions: raw.unions} : {}),
    ...(raw.kinds ? {'group-version-kind': raw.kinds.map(([group, version, kind]) => ({group, version, kind}))} : {}),
  }
}

const fieldAsFacts = (raw: RawSchema): unknown => ({
  ...(raw.type ? {type: raw.type} : {}),
  ...(raw.format ? {format: raw.format} : {}),
  ...(raw.ref ? {ref: raw.ref} : {}),
  ...(raw.items ? {items: fieldAsFacts(raw.items)} : {}),
  ...(raw.values ? {values: fieldAsFacts(raw.values)} : {}),
  ...(raw.default === undefined || raw.default === null ? {} : {default: raw.default}),
  ...(raw.listType ? {'list-type': raw.listType} : {}),
  ...(raw.listMapKeys ? {'list-map-keys': raw.listMapKeys} : {}),
  ...(raw.mapType ? {'map-type': raw.mapType} : {}),
  ...(raw.patchStrategy ? {'patch-strategy': raw.patchStrategy.join(',')} : {}),
  ...(raw.patchMergeKey ? {'patch-merge-key': raw.patchMergeKey} : {}),
})

test('the generated definitions say what a real server publishes of its types', () => {
  const facts = recorded<Record<string, {required?: string[]}>>('schema-facts')
  assert.deepEqual(Object.keys(rawDefinitions()).sort(), Object.keys(facts).sort())
  for (const [name, expected] of Object.entries(facts)) {
    const required = expected.required ? {required: [...expected.required].sort()} : {}
    assert.deepEqual(asFacts(rawDefinitions()[name] ?? {}), {...expected, ...required}, name)
  }
})

test('a definition is found by group, version and kind and links its fields', () => {
  const pod = definitionOf({group: '', version: 'v1', kind: 'Pod'})
  assert.equal(pod, definition('io.k8s.api.core.v1.Pod'))
  const containers = pod?.properties?.spec?.properties?.containers
  assert.deepEqual(containers?.listMapKeys, ['name'])
  assert.equal(containers?.items, definition('io.k8s.api.core.v1.Container'))
  assert.equal(definitionOf({group: 'apps', version: 'v1', kind: 'Pod'}), undefined)
})

test('types that contain themselves link without end', () => {
  const props = definition('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps')
  assert.equal(props.properties?.not?.properties?.not, props.properties?.not)
})

test('field names that are special in JavaScript are not fields', () => {
  assert.equal(definition('io.k8s.api.core.v1.Pod').properties?.constructor, undefined)
})

test('every definition with fields is described', async () => {
  const descriptions = await loadDescriptions()
  assert.match(descriptions['io.k8s.api.core.v1.Container']?.image ?? '', /^Container image name\./)
})
