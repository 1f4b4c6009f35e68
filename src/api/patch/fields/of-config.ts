// The fields that an applied configuration states, and what is wrong with it as a value of its type.
import type {Schema} from '../../schema/contract.ts'
import {isObject} from '../../schema/own.ts'
import {emptySet, type FieldSet} from './set.ts'
import {elementOf, fieldSchema, isEmptyValue, MissingKeyError, structureOf} from './structure.ts'

type Node = Record<string, FieldSet>

const showKey = (element: string): string =>
  `key [${Object.entries(JSON.parse(element.slice(2)) as object)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`

const pathOfItem = (element: string): string =>
  element.startsWith('v:') ? `[=${element.slice(2)}]` : showKey(element).slice('key '.length)

/** As the server prints a value that it did not expect. */
const show = (value: unknown): string => {
  if (Array.isArray(value)) return `&{[${value.map((item) => String(item)).join(' ')}]}`
  if (isObject(value)) return `&value.mapUnstructuredString{...}`
  return `&value.valueUnstructured{Value:${typeof value === 'string' ? JSON.stringify(value) : String(value)}}`
}

class Reader {
  readonly problems: string[] = []

  #complain(path: string, problem: string): void {
    this.problems.push(`${path}: ${problem}`)
  }

  /** The fields below this value; `emptySet` when it is owned whole. */
  read(value: unknown, schema: Schema, path: string): FieldSet {
    const structure = structureOf(schema, value)
    if (value === null || value === undefined) return emptySet
    if (schema.type === 'array' && !Array.isArray(value)) {
      this.#complain(path, `expected list, got ${show(value)}`)
      return emptySet
    }
    if (schema.type === 'object' && !isObject(value)) {
      this.#complain(path, `expected map, got ${show(value)}`)
      return emptySet
    }
    if (structure === 'fields' && isObject(value)) return this.fields(value, schema, path)
    if ((structure === 'keyed list' || structure === 'set') && Array.isArray(value))
      return this.#items(value, schema, path)
    this.#whole(value, schema, path)
    return emptySet
  }

  fields(object: Record<string, unknown>, schema: Schema, path: string): FieldSet {
    const node: Node = {}
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined) continue
      const field = fieldSchema(schema, key)
      if (!field) {
        this.#complain(`${path}.${key}`, 'field not declared in schema')
        continue
      }
      const below = this.read(value, field, `${path}.${key}`)
      const isStatedList = Array.isArray(value) && below === emptySet && structureOf(field, value) !== 'whole'
      if (isStatedList) continue
      const isOpenMember = below !== emptySet && !Object.hasOwn(schema.properties ?? {}, key) && !isEmptyValue(value)
      node[`f:${key}`] = isOpenMember ? {'.': emptySet, ...below} : below
    }
    return Object.keys(node).length === 0 ? emptySet : node
  }

  #items(items: readonly unknown[], schema: Schema, path: string): FieldSet {
    const node: Node = {}
    for (const [index, item] of items.entries()) {
      let element: string
      try {
        element = elementOf(schema, item)
      } catch (error) {
        if (!(error instanceof MissingKeyError)) throw error
        this.#complain(path, `element ${index}: ${error.message}`)
        continue
      }
      if (node[element]) {
        this.#complain(
          path,
          schema.listType === 'set'
            ? `duplicate entries for ${element.slice(2)}`
            : `duplicate entries for ${showKey(element)}`,
        )
        continue
      }
      const below = schema.items ? this.read(item, schema.items, path + pathOfItem(element)) : emptySet
      node[element] = below === emptySet ? emptySet : {'.': emptySet, ...below}
    }
    return Object.keys(node).length === 0 ? emptySet : node
  }

  /** Inside what is owned whole only types are checked. */
  #whole(value: unknown, schema: Schema, path: string): void {
    if (value === null || value === undefined || schema.type === 'any') return
    if (Array.isArray(value)) {
      for (const item of value) if (schema.items) this.#whole(item, schema.items, path)
      return
    }
    if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const field = fieldSchema(schema, key)
        if (!field) this.#complain(`${path}.${key}`, 'field not declared in schema')
        else this.#whole(inner, field, `${path}.${key}`)
      }
      return
    }
    this.#scalar(value, schema, path)
  }

  #scalar(value: unknown, schema: Schema, path: string): void {
    const isNumber = typeof value === 'number' || typeof value === 'bigint'
    if (schema.format === 'quantity' || schema.format === 'int-or-string') return
    if (schema.type === 'string' && typeof value !== 'string')
      this.#complain(path, `expected string, got ${show(value)}`)
    if (schema.type === 'boolean' && typeof value !== 'boolean')
      this.#complain(path, `expected boolean, got ${show(value)}`)
    if ((schema.type === 'integer' || schema.type === 'number') && !isNumber)
      this.#complain(path, `expected numeric (int or float), got ${typeof value === 'boolean' ? 'bool' : typeof value}`)
  }
}

export interface ConfigFields {
  readonly fields: FieldSet
  /** In the words of the server; empty: the configuration fits its type. */
  readonly problems: readonly string[]
}

export const fieldsOfConfig = (config: Record<string, unknown>, schema: Schema): ConfigFields => {
  const reader = new Reader()
  const fields = reader.fields(config, schema, '')
  return {fields, problems: reader.problems}
}
