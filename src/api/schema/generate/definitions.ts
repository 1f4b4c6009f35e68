// Joins the models of @kubernetes/client-node with the overlay into one definition a type, named as in Kubernetes'
// OpenAPI documents. References stay names: they are linked when a definition is first asked for.
import type {RawDefinition, RawSchema} from '../raw.ts'
import {describe} from './descriptions.ts'
import type {Model, ModelField} from './models.ts'
import {type GroupVersionKind, type Overlay, parseWords, type Words, wordsFor} from './overlay.ts'

const machinery = 'io.k8s.apimachinery.pkg.'
const meta = `${machinery}apis.meta.v1.`
const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.'

/** Types that are values with a form of their own, not objects with fields. */
const values: Record<string, RawDefinition> = {
  [`${machinery}api.resource.Quantity`]: {type: 'string', format: 'quantity'},
  [`${machinery}util.intstr.IntOrString`]: {type: 'any', format: 'int-or-string'},
  [`${meta}Time`]: {type: 'string', format: 'date-time'},
  [`${meta}MicroTime`]: {type: 'string', format: 'date-time-micro'},
  [`${meta}FieldsV1`]: {type: 'object', preserveUnknown: true},
  [`${meta}Patch`]: {type: 'object', preserveUnknown: true},
  [`${machinery}runtime.RawExtension`]: {type: 'object', preserveUnknown: true},
  [`${extensions}JSON`]: {type: 'any', preserveUnknown: true},
  [`${extensions}JSONSchemaPropsOrArray`]: {type: 'any', preserveUnknown: true},
  [`${extensions}JSONSchemaPropsOrBool`]: {type: 'any', preserveUnknown: true},
  [`${extensions}JSONSchemaPropsOrStringArray`]: {type: 'any', preserveUnknown: true},
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** How client-node calls a definition: `V1Pod`, or `CoreV1Event` where two groups have the same name. */
const modelNames = (definition: string): string[] => {
  const [type = '', version = '', group = ''] = definition.split('.').reverse()
  if (version === 'version') return ['VersionInfo']
  return [`${capital(group)}${capital(version)}${type}`, `${capital(version)}${type}`]
}

const scalars: Record<string, RawSchema> = {
  string: {type: 'string'},
  boolean: {type: 'boolean'},
  number: {type: 'number'},
  any: {type: 'any'},
}

class Builder {
  readonly #overlay: Overlay
  readonly #byModel = new Map<string, string>()
  readonly #byType = new Map<string, string>()
  readonly #models: ReadonlyMap<string, Model>
  readonly #names: readonly string[]

  constructor(models: readonly Model[], overlay: Overlay) {
    this.#overlay = overlay
    this.#models = new Map(models.map((model) => [model.name, model]))
    this.#names = Object.entries(overlay.packages).flatMap(([name, {types}]) =>
      types.split(' ').map((type) => `${name}.${type}`),
    )
    for (const name of this.#names) {
      const model = this.#modelOf(name)
      if (model) this.#byModel.set(model.name, name)
      else this.#byType.set(name.slice(name.lastIndexOf('.') + 1), name)
    }
    this.#byModel.set('Date', `${meta}Time`)
    this.#byModel.set('V1MicroTime', `${meta}MicroTime`)
    this.#byModel.set('IntOrString', `${machinery}util.intstr.IntOrString`)
  }

  build(): Record<string, RawDefinition> {
    return Object.fromEntries(this.#names.map((name) => [name, values[name] ?? this.#definition(name)]))
  }

  descriptions(): Record<string, Record<string, string>> {
    return Object.fromEntries(
      this.#names.flatMap((name) => {
        const model = this.#modelOf(name)
        if (!model) return []
        const texts = Object.fromEntries(
          model.fields.map((field) => [field.name, describe(name, field.name, field.description)]),
        )
        return [[name, {'': describe(name, '', model.description), ...texts}]]
      }),
    )
  }

  #modelOf(name: string): Model | undefined {
    for (const candidate of modelNames(name)) if (this.#models.has(candidate)) return this.#models.get(candidate)
    return undefined
  }

  #definition(name: string): RawDefinition {
    const model = this.#modelOf(name)
    const words = this.#overlay.fields[name] ?? {}
    const fields = this.#ordered(name, model?.fields ?? [])
    const optional = wordsFor(this.#overlay.optional, name) ?? []
    const nulls = wordsFor(this.#overlay.null, name) ?? []
    const properties = Object.fromEntries(
      fields.map((field): [string, RawSchema] => [
        field.name,
        {
          ...this.#field(field, words[field.name] ?? ''),
          ...(optional.includes(field.name) ? {optional: true} : {}),
          ...(nulls.includes(field.name) ? {default: null} : {}),
        },
      ]),
    )
    const required = fields.filter((field) => field.required).map((field) => field.name)
    const kinds = this.#kindsOf(name, properties)
    return {
      type: 'object',
      properties,
      ...(required.length > 0 ? {required} : {}),
      ...(words['']?.includes('atomic') ? {mapType: 'atomic' as const} : {}),
      ...(kinds.length > 0 ? {kinds} : {}),
      ...(this.#overlay.unions[name] ? {unions: this.#overlay.unions[name]} : {}),
    }
  }

  /** Identity first, then spec, status last; whatever the overlay says where that is not the API's own order. */
  #ordered(name: string, fields: readonly ModelField[]): ModelField[] {
    const first = wordsFor(this.#overlay.order, name) ?? ['kind', 'apiVersion', 'metadata', 'spec']
    const rank = ({name: field}: ModelField): number => {
      const place = first.indexOf(field)
      return place >= 0 ? place : field === 'status' ? Number.MAX_SAFE_INTEGER : first.length
    }
    return [...fields].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
  }

  /** The rule: what has apiVersion, kind and metadata is a kind of its package's group and version. */
  #kindsOf(name: string, properties: object): readonly GroupVersionKind[] {
    const special = this.#overlay.kinds[name]
    if (special) return special
    const [type = '', version = ''] = name.split('.').reverse()
    const group = this.#overlay.packages[name.slice(0, name.lastIndexOf('.'))]?.group
    const isKind = ['apiVersion', 'kind', 'metadata'].every((field) => field in properties)
    return group !== undefined && isKind ? [[group, version, type]] : []
  }

  #field(field: ModelField, text: string): RawSchema {
    const words =
      text === '' ? {} : parseWords(text, {isList: field.type.startsWith('Array<') || field.format === 'byte'})
    const {quantity, ref, zero, ...facts} = words
    const inner = this.#type(field.type, field.format, words)
    return {...inner, ...(zero ? {default: zeroOf(inner)} : {}), ...(facts as Partial<RawSchema>)}
  }

  #type(type: string, format: string, words: Words): RawSchema {
    const list = /^Array<(.+)>$/.exec(type)?.[1]
    if (list) return {type: 'array', items: this.#type(list, format, words)}
    const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
    if (map) return {type: 'object', values: this.#type(map, format, words)}
    if (words.quantity) return {ref: `${machinery}api.resource.Quantity`}
    if (words.ref) return {ref: this.#byType.get(words.ref) ?? words.ref}
    if (type === 'number' && format.startsWith('int')) return {type: 'integer', format}
    const scalar = scalars[type]
    if (scalar) return format === '' ? scalar : {...scalar, format}
    const ref = this.#byModel.get(type)
    if (ref === undefined) throw new Error(`no definition for the type ${type}`)
    return {ref}
  }
}

const zeroOf = ({type}: RawSchema): unknown => {
  if (type === 'string') return ''
  if (type === 'boolean') return false
  return type === 'integer' || type === 'number' ? 0 : {}
}

export const buildDefinitions = (
  models: readonly Model[],
  overlay: Overlay,
): {definitions: Record<string, RawDefinition>; descriptions: Record<string, Record<string, string>>} => {
  const builder = new Builder(models, overlay)
  return {definitions: builder.build(), descriptions: builder.descriptions()}
}
