// The built-in definitions by name and by kind. Read on first use; references are followed when somebody looks at the
// fields, so that a program pays only for the types it touches.
import type {Schema} from './contract.ts'
import {definitionsText} from './definitions.gen.ts'
import type {RawDefinition, RawSchema} from './raw.ts'

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

interface Tables {
  readonly raw: {readonly [name: string]: RawDefinition}
  readonly byKind: ReadonlyMap<string, string>
  readonly linked: Map<string, Schema>
}

const kindKey = (group: string, version: string, kind: string): string => `${group}/${version}/${kind}`

const load = (): Tables => {
  const raw = JSON.parse(definitionsText) as Tables['raw']
  const byKind = new Map<string, string>()
  for (const [name, definition] of Object.entries(raw))
    for (const [group, version, kind] of definition.kinds ?? []) byKind.set(kindKey(group, version, kind), name)
  return {raw, byKind, linked: new Map()}
}

const once = <T>(make: () => T): (() => T) => {
  let made: {readonly value: T} | undefined
  return () => {
    made ??= {value: make()}
    return made.value
  }
}
const tables = once(load)

/** A named type. Its fields are linked on first sight and then are plain data. */
class Definition implements Schema {
  readonly name: string | undefined
  readonly type: Schema['type']
  readonly format: string | undefined
  readonly required: readonly string[] | undefined
  readonly mapType: Schema['mapType']
  readonly preserveUnknown: boolean | undefined
  readonly default: unknown
  readonly patchStrategy: Schema['patchStrategy']
  readonly patchMergeKey: string | undefined
  readonly optional: boolean | undefined
  readonly #fields: RawSchema['properties']
  #linked: Schema['properties']

  constructor(name: string, raw: RawDefinition, field: RawSchema = {}) {
    this.name = name
    this.type = raw.type ?? 'any'
    this.format = raw.format
    this.required = raw.required
    this.mapType = field.mapType ?? raw.mapType
    this.preserveUnknown = raw.preserveUnknown
    this.default = field.default
    this.patchStrategy = field.patchStrategy as Schema['patchStrategy']
    this.patchMergeKey = field.patchMergeKey
    this.optional = field.optional
    this.#fields = raw.properties
  }

  get properties(): Schema['properties'] {
    if (this.#linked === undefined && this.#fields !== undefined)
      this.#linked = Object.setPrototypeOf(
        Object.fromEntries(Object.entries(this.#fields).map(([field, raw]) => [field, link(raw)])),
        null,
      ) as Schema['properties']
    return this.#linked
  }
}

const link = (raw: RawSchema): Schema => {
  const {ref, items, values, properties: _, ...rest} = raw
  if (ref === undefined)
    return {
      ...(rest as Omit<RawSchema, 'items' | 'values' | 'properties' | 'patchStrategy'>),
      type: raw.type ?? 'any',
      patchStrategy: raw.patchStrategy as Schema['patchStrategy'],
      ...(items ? {items: link(items)} : {}),
      ...(values ? {values: link(values)} : {}),
    }
  const target = definition(ref)
  const isPlain = Object.keys(raw).length === 1
  return isPlain ? target : new Definition(ref, rawOf(ref), raw)
}

const rawOf = (name: string): RawDefinition => {
  const raw = tables().raw[name]
  if (raw === undefined) throw new Error(`there is no definition ${name}`)
  return raw
}

/** The definition of that full name, as `io.k8s.api.core.v1.Pod`. Throws when there is none: names are constants. */
export const definition = (name: string): Schema => {
  const {linked} = tables()
  const known = linked.get(name)
  if (known) return known
  const made = new Definition(name, rawOf(name))
  linked.set(name, made)
  return made
}

export const definitionOf = ({group, version, kind}: GroupVersionKind): Schema | undefined => {
  const name = tables().byKind.get(kindKey(group, version, kind))
  return name === undefined ? undefined : definition(name)
}

/** Every definition as written, for documents made of all of them (OpenAPI). */
export const rawDefinitions = (): {readonly [name: string]: RawDefinition} => tables().raw

/** Descriptions by definition and field ('' is the definition's own): large, so read only on demand. */
export const loadDescriptions = async (): Promise<{readonly [name: string]: {readonly [field: string]: string}}> => {
  const {descriptionsText} = await import('./descriptions.gen.ts')
  return JSON.parse(descriptionsText) as {[name: string]: {[field: string]: string}}
}
