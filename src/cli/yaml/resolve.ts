// What a plain YAML scalar means to Kubernetes' tools: YAML 1.1 with the octals of 1.2.

export type Resolved =
  | {readonly kind: 'string' | 'merge'}
  | {readonly kind: 'null'}
  | {readonly kind: 'bool'; readonly value: boolean}
  | {readonly kind: 'number'; readonly value: number | bigint}
  | {readonly kind: 'timestamp'}

const words = new Map<string, Resolved>()
const add = (resolved: Resolved, ...names: string[]): void => {
  for (const name of names) words.set(name, resolved)
}
add({kind: 'bool', value: true}, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON')
add({kind: 'bool', value: false}, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF')
add({kind: 'null'}, '', '~', 'null', 'Null', 'NULL')
add({kind: 'number', value: Number.NaN}, '.nan', '.NaN', '.NAN')
add({kind: 'number', value: Number.POSITIVE_INFINITY}, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF')
add({kind: 'number', value: Number.NEGATIVE_INFINITY}, '-.inf', '-.Inf', '-.INF')
add({kind: 'merge'}, '<<')

const string: Resolved = {kind: 'string'}
const decimalFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const based = /^([-+]?)0(?:x([0-9a-fA-F]+)|X([0-9a-fA-F]+)|[bB]([01]+)|[oO]([0-7]+)|([0-7]+))$/
const dateOnly = /^\d{4}-\d{1,2}-\d{1,2}$/
const dateAndTime =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)$/

/** What an int64 holds stays exact; what is larger becomes a double. */
const exact = (text: string): number | bigint => {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  const whole = BigInt(text.replace(/^\+/, ''))
  return whole >= -(2n ** 63n) && whole < 2n ** 63n ? whole : value
}

const integer = (text: string): number | bigint | undefined => {
  if (/^[-+]?(?:0|[1-9]\d*)$/.test(text)) return exact(text)
  const match = based.exec(text)
  if (!match) return undefined
  const [, sign = '', hex, upperHex, binary, octal, oldOctal] = match
  const digits = hex ?? upperHex
  const value =
    digits !== undefined
      ? Number.parseInt(digits, 16)
      : binary !== undefined
        ? Number.parseInt(binary, 2)
        : Number.parseInt(octal ?? oldOctal ?? '0', 8)
  return sign === '-' ? -value : value
}

/** `new`: yes, on and y are strings, as the YAML library of kustomize has it. */
export type Dialect = 'old' | 'new'

/** The meaning of a scalar without quotes and without a tag. */
export const resolveScalar = (text: string, dialect: Dialect = 'old'): Resolved => {
  const word = words.get(text)
  if (word) return dialect === 'new' && word.kind === 'bool' && !/^(?:true|false)$/i.test(text) ? string : word
  const first = text.charCodeAt(0)
  const digitOrSign = (first >= 48 && first <= 57) || first === 43 || first === 45
  if (!digitOrSign && first !== 46) return string
  if (dateOnly.test(text) || dateAndTime.test(text)) return {kind: 'timestamp'}
  const plain = text.replaceAll('_', '')
  const whole = digitOrSign ? integer(plain) : undefined
  if (whole !== undefined) return {kind: 'number', value: whole === 0 ? 0 : whole}
  // What no double can hold is a text.
  return decimalFloat.test(plain) && Number.isFinite(Number(plain)) ? {kind: 'number', value: Number(plain)} : string
}

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/

/** Whether a string can be written without quotes and still be read as a string. */
export const staysString = (text: string): boolean =>
  ['string', 'merge'].includes(resolveScalar(text).kind) && !base60.test(text)
