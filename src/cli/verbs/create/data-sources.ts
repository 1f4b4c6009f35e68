// Data of config maps and secrets: --from-literal, --from-file, --from-env-file.
import {readdirSync, readFileSync, statSync} from 'node:fs'
import {basename, join, resolve} from 'node:path'
import {hasCode} from '../../../lib/node-error.ts'
import type {Io} from '../../io.ts'

export interface DataSources {
  readonly 'from-literal': readonly string[]
  readonly 'from-file': readonly string[]
  readonly 'from-env-file': readonly string[]
}

export type AddData = (key: string, value: Buffer) => void

const keyPattern = /^[-._a-zA-Z0-9]+$/
const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

const isKey = (key: string): boolean =>
  keyPattern.test(key) && key.length <= 253 && key !== '.' && key !== '..' && !key.startsWith('..')

const literal = (source: string): [string, string] => {
  const equals = source.indexOf('=')
  if (equals < 1) throw new Error(`invalid literal source ${source}, expected key=value`)
  const value = source.slice(equals + 1)
  const quote = value[0]
  const isQuoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote)
  return [source.slice(0, equals), isQuoted ? value.slice(1, -1) : value]
}

const readFromFile = (io: Io, path: string): Buffer =>
  path === '-' ? io.readStdin() : readFileSync(resolve(io.cwd, path))

const fromFile = (io: Io, source: string, add: AddData): void => {
  const equals = source.indexOf('=')
  if (source.split('=').length > 2) throw new Error("key names or file paths cannot contain '='")
  if (equals === 0) throw new Error(`key name for file path ${source.slice(1)} missing`)
  if (equals >= 0 && equals === source.length - 1)
    throw new Error(`file path for key name ${source.slice(0, -1)} missing`)
  const path = equals < 0 ? source : source.slice(equals + 1)
  const key = equals < 0 ? basename(path) : source.slice(0, equals)
  let isFolder: boolean
  try {
    isFolder = path !== '-' && path !== '/dev/stdin' && statSync(resolve(io.cwd, path)).isDirectory()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`error reading ${path}: no such file or directory`, {cause: error})
  }
  if (!isFolder) {
    add(key, readFromFile(io, path))
    return
  }
  if (equals >= 0) throw new Error('cannot give a key name for a directory path')
  for (const name of readdirSync(resolve(io.cwd, path)).toSorted()) {
    const file = join(path, name)
    if (statSync(resolve(io.cwd, file)).isFile() && isKey(name)) add(name, readFromFile(io, file))
  }
}

const fromEnvFile = (io: Io, path: string, add: AddData): void => {
  let text: string
  try {
    text = readFileSync(resolve(io.cwd, path), 'utf8')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`error reading ${path}: no such file or directory`, {cause: error})
  }
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const content = line.trimStart()
    if (content === '' || content.startsWith('#')) continue
    const equals = content.indexOf('=')
    const key = equals < 0 ? content : content.slice(0, equals)
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key))
      throw new Error(`${JSON.stringify(key)} is not a valid key name: ${environmentNameRule}`)
    // A name alone takes its value from the environment.
    add(key, Buffer.from(equals < 0 ? (io.env[key] ?? '') : content.slice(equals + 1)))
  }
}

export const environmentNameRule =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"

export const readData = (io: Io, flags: DataSources, what: string, name: string): Map<string, Buffer> => {
  if (flags['from-env-file'].length > 0 && (flags['from-file'].length > 0 || flags['from-literal'].length > 0))
    throw new Error('from-env-file cannot be combined with from-file or from-literal')
  const data = new Map<string, Buffer>()
  const add: AddData = (key, value) => {
    if (!isKey(key)) throw new Error(`${JSON.stringify(key)} is not a valid key name for a ${what}: ${keyRule}`)
    if (data.has(key))
      throw new Error(
        `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ${what} ${JSON.stringify(name)}`,
      )
    data.set(key, value)
  }
  for (const source of flags['from-file']) fromFile(io, source, add)
  for (const source of flags['from-literal']) {
    const [key, value] = literal(source)
    add(key, Buffer.from(value))
  }
  for (const path of flags['from-env-file']) fromEnvFile(io, path, add)
  return data
}

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes)

export const textAndBinary = (
  data: ReadonlyMap<string, Buffer>,
): {data?: Record<string, string>; binaryData?: Record<string, string>} => {
  const texts: Record<string, string> = {}
  const binary: Record<string, string> = {}
  for (const [key, bytes] of data)
    if (isText(bytes)) texts[key] = bytes.toString('utf8')
    else binary[key] = bytes.toString('base64')
  return {
    ...(Object.keys(texts).length > 0 ? {data: texts} : {}),
    ...(Object.keys(binary).length > 0 ? {binaryData: binary} : {}),
  }
}

export const asBase64 = (data: ReadonlyMap<string, Buffer>): {data?: Record<string, string>} =>
  data.size === 0 ? {} : {data: Object.fromEntries([...data].map(([key, bytes]) => [key, bytes.toString('base64')]))}
