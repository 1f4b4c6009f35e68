// From a request's JSON to an object of a built-in type. Three steps, each for itself: parse (json.ts), identify (what
// kind does it say it is), decode (does it fit the kind's schema).
import type {KubeObject} from '../object.ts'
import type {Schema} from './contract.ts'
import {converterOf} from './convert.ts'
import {JsonError, type ParsedJson, parseJson} from './json.ts'
import {getOwn, isObject} from './own.ts'
import {DecodeError, reportProblems} from './report.ts'

export {DecodeError} from './report.ts'

export interface Decoded<T> {
  /** In the form the API writes it: fields in order, quantities and times canonical, what is unknown left out. */
  readonly object: T
  /** `unknown field "spec.foo"`, `duplicate field "data.a"`: an error, warnings or nothing, as fieldValidation says. */
  readonly problems: readonly string[]
}

/** The parsed body. Throws DecodeError. */
export const parseBody = (text: string): ParsedJson => {
  try {
    return parseJson(text)
  } catch (error) {
    // The reader is recursive: what nests deeper than the stack is too deep.
    const problem = error instanceof RangeError ? 'exceeded max depth' : error instanceof JsonError && error.message
    if (problem === false) throw error
    throw new DecodeError(`couldn't get version/kind; json parse error: ${problem}`, {cause: error})
  }
}

const typeMeta = `struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`
const identity: Schema = {
  name: '',
  type: 'object',
  // Without a prototype: `__proto__` is a field nobody knows, not one of every object.
  properties: Object.setPrototypeOf({apiVersion: {type: 'string'}, kind: {type: 'string'}}, null),
}

/** What a parsed body says it is; both may be absent (''). Throws DecodeError. */
export const identify = (value: unknown): {readonly apiVersion: string; readonly kind: string} => {
  if (value === null) return {apiVersion: '', kind: ''}
  if (isObject(value)) {
    const apiVersion = getOwn(value, 'apiVersion') ?? ''
    const kind = getOwn(value, 'kind') ?? ''
    if (typeof apiVersion === 'string' && typeof kind === 'string') return {apiVersion, kind}
  }
  try {
    reportProblems(value, identity)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const message = error.message.replace(/Go value of type .*$/, () => `Go value of type ${typeMeta}`)
    throw new DecodeError(`couldn't get version/kind; json parse error: ${message}`, {cause: error})
  }
  return {apiVersion: '', kind: ''}
}

/** Throws DecodeError where a value has the wrong type. Does not write to what was parsed. */
export const decode = <T extends object = KubeObject>({value, duplicates}: ParsedJson, schema: Schema): Decoded<T> => {
  const notes = {isOdd: false}
  const object = converterOf(schema)(value ?? {}, notes) as T
  const problems = notes.isOdd || duplicates ? reportProblems(value, schema, duplicates) : []
  return {object, problems}
}

/** The same form for an object made by ourselves: run it before an object is stored. Returns a new object. */
export const normalize = <T extends object>(object: T, schema: Schema): T =>
  converterOf(schema)(object, {isOdd: false}) as T
