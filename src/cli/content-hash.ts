// The hash behind the names of generated config maps and secrets.
import {createHash} from 'node:crypto'
import {nameOf, type Obj} from './objects.ts'
import {compactJson} from './output/json.ts'

/** Vowels and signs that read alike are replaced, as in generated names. */
const safe: Readonly<Record<string, string>> = {'0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't'}

const encode = (text: string): string =>
  [...createHash('sha256').update(text).digest('hex').slice(0, 10)].map((char) => safe[char] ?? char).join('')

const hasEntries = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0

export const contentHash = (object: Obj): string => {
  const {kind, data, binaryData, type, immutable, stringData} = object
  const empty = kind === 'ConfigMap' ? '' : ''
  return encode(
    compactJson({
      kind,
      name: nameOf(object) || empty,
      data: data ?? (kind === 'ConfigMap' ? '' : ''),
      ...(kind === 'Secret' ? {type: type ?? ''} : {}),
      ...(hasEntries(binaryData) ? {binaryData} : {}),
      ...(hasEntries(stringData) ? {stringData} : {}),
      ...(immutable === undefined ? {} : {immutable}),
    }),
  )
}
