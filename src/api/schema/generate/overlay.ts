// What @kubernetes/client-node does not say of the API's types, kept by hand in overlay.json:
//   packages  which definitions there are, by package, and the API group of the package
//   kinds     group, version and kind of definitions that do not follow the rule (`kindsOf`)
//   unions    discriminated unions
// and by definition or, for all types of that name, by bare name:
//   order     fields in the order the API writes them, where that is not "identity, spec, the rest by name, status"
//   optional  scalars whose zero value is not the same as their absence, and is written
//   null      times that are written as null when they are not set
//   fields    what is special about a field, in words (`parseWords`); the field '' is the definition itself
import {readFileSync} from 'node:fs'

export type GroupVersionKind = readonly [group: string, version: string, kind: string]

export interface Overlay {
  readonly packages: {readonly [name: string]: {readonly group?: string; readonly types: string}}
  readonly kinds: {readonly [definition: string]: readonly GroupVersionKind[]}
  readonly unions: {readonly [definition: string]: unknown}
  readonly order: {readonly [definition: string]: string}
  readonly optional: {readonly [definition: string]: string}
  readonly null: {readonly [definition: string]: string}
  readonly fields: {readonly [definition: string]: {readonly [field: string]: string}}
}

export interface Words {
  quantity?: boolean
  /** The written form always holds the field; its zero value stands for an absent one. */
  zero?: boolean
  ref?: string
  default?: unknown
  listType?: 'atomic' | 'set' | 'map'
  listMapKeys?: string[]
  mapType?: 'atomic' | 'granular'
  patchStrategy?: string[]
  patchMergeKey?: string
}

export const readOverlay = (): Overlay =>
  JSON.parse(readFileSync(new URL('./overlay.json', import.meta.url), 'utf8')) as Overlay

/** `map=name patch=merge:name`: what is said of one field. */
export const parseWords = (text: string, {isList}: {isList: boolean}): Words => {
  const words: Words = {}
  for (const word of text.split(' ')) {
    const [key = '', value = ''] = word.split(/=(.*)/s)
    if (key === 'quantity' || key === 'zero') words[key] = true
    else if (key === 'ref') words.ref = value
    else if (key === 'default') words.default = JSON.parse(value) as unknown
    else if (key === 'map') Object.assign(words, {listType: 'map', listMapKeys: value.split(',')})
    else if (key === 'set') words.listType = 'set'
    else if (key === 'atomic') words[isList ? 'listType' : 'mapType'] = 'atomic'
    else if (key === 'granular') words.mapType = 'granular'
    else if (key === 'patch') {
      const [strategies = '', mergeKey] = value.split(':')
      words.patchStrategy = strategies.split(',')
      if (mergeKey !== undefined) words.patchMergeKey = mergeKey
    } else throw new Error(`overlay.json: unknown word ${word}`)
  }
  return words
}

/** What a table that may use bare names says of a definition. */
export const wordsFor = (table: {readonly [name: string]: string}, definition: string): string[] | undefined =>
  (table[definition] ?? table[definition.slice(definition.lastIndexOf('.') + 1)])?.split(' ')
