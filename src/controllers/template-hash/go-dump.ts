// A pod template as Kubernetes' hash function sees it: Go's structs written out with the types of their fields.
import {parseQuantity} from '../../api/meta/quantity.ts'
import {type GoField, goStructs} from './go-types.ts'

/** Something in the template is of a type this table does not know. */
export class UnknownGoType extends Error {
  override readonly name = 'UnknownGoType'
}

type Data = Readonly<Record<string, unknown>>

const NIL = '<nil>'
const zeroTime = '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}'
const numbers = new Set(['int32', 'int64'])
const basic = new Set(['string', 'bool', 'int32', 'int64'])

const typeName = (type: string): string => {
  if (basic.has(type) || type.startsWith('map[') || type === 'types.UID') return type
  if (type === 'Quantity') return 'resource.Quantity'
  if (type === 'IntOrString') return 'intstr.IntOrString'
  return `v1.${type.replace('~', '')}`
}

const isNothing = (value: unknown): boolean => value === undefined || value === null

const inOrder = (data: Data): readonly (readonly [string, unknown])[] =>
  Object.entries(data).sort(([a], [b]) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 ? -1 : 1))

/** The value without its type in front. */
const dumpValue = (type: string, value: unknown): string => {
  if (type.startsWith('~') || type === 'string' || type === 'types.UID') return String(value ?? '')
  if (type === 'bool') return String(value ?? false)
  if (numbers.has(type)) return String(value ?? 0)
  if (type === 'Time') return zeroTime
  if (type === 'Quantity') return dumpQuantity(value)
  if (type === 'IntOrString') return dumpIntOrString(value)
  if (type === 'map[string]string') return dumpMap(value, (item) => String(item))
  if (type === 'ResourceList') return dumpMap(value, dumpQuantity)
  return dumpStruct(type, (value ?? {}) as Data)
}

const dumpMap = (value: unknown, item: (value: unknown) => string): string =>
  isNothing(value)
    ? NIL
    : `map[${inOrder(value as Data)
        .map(([key, inner]) => `${key}:${item(inner)}`)
        .join(' ')}]`

const scales: Record<string, number> = {n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18}
const binary: Record<string, number> = {Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6}

/** As parsed: a whole number and a power of ten; binary suffixes are multiplied out. */
const dumpQuantity = (quantity: unknown): string => {
  const text = String(quantity ?? '0')
  const {format} = parseQuantity(text)
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(.*)$/.exec(text)
  const [sign = '', whole = '', fraction = '', suffix = ''] = (match ?? []).slice(1).map((part) => part ?? '')
  const power = binary[suffix]
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1]
  if (power !== undefined && fraction !== '') throw new UnknownGoType(`quantity ${text}`)
  const digits = BigInt(`${sign}${whole}${fraction}` || '0')
  const value = power === undefined ? digits : digits * 1024n ** BigInt(power)
  const scale = (exponent === undefined ? (scales[suffix] ?? 0) : Number(exponent)) - fraction.length
  const amount =
    isNothing(quantity) || value === 0n
      ? '{value:(int64)0 scale:(resource.Scale)0}'
      : `{value:(int64)${value} scale:(resource.Scale)${scale}}`
  const form = isNothing(quantity) ? '' : format
  return `{i:(resource.int64Amount)${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)${form}}`
}

const dumpIntOrString = (value: unknown): string =>
  typeof value === 'string'
    ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
    : `{Type:(intstr.Type)0 IntVal:(int32)${value ?? 0} StrVal:(string)}`

const dumpStruct = (type: string, data: Data): string => {
  const fields = goStructs.get(type)
  if (!fields) throw new UnknownGoType(type)
  return `{${fields.map((field) => `${field.goName}:${dumpField(field, data)}`).join(' ')}}`
}

const dumpField = ({jsonName, type, shape}: GoField, data: Data): string => {
  const value = data[jsonName]
  const name = typeName(type)
  switch (shape) {
    case 'inline':
      return `(${name})${dumpValue(type, data)}`
    case 'pointer':
      return `(*${name})${isNothing(value) ? NIL : dumpValue(type, value)}`
    case 'list':
      return `([]${name})${isNothing(value) ? NIL : `[${(value as readonly unknown[]).map((item) => dumpValue(type, item)).join(' ')}]`}`
    case 'plain':
      return `(${name})${dumpValue(type, value)}`
  }
}

export const dumpTemplate = (template: unknown): string =>
  `(v1.PodTemplateSpec)${dumpStruct('PodTemplateSpec', (template ?? {}) as Data)}`
