// What -f names: files, folders, addresses and stdin, as texts with the name messages give them.
import {globSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {Io} from '../io.ts'
import {together} from '../report-error.ts'

export interface Source {
  /** As messages show it. */
  readonly name: string
  readonly text: string
}

const suffixes = ['.json', '.yaml', '.yml']

const filesIn = (folder: string, recursive: boolean): string[] => {
  const found: string[] = []
  for (const entry of readdirSync(folder, {withFileTypes: true}).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name)
    const isFolder = entry.isDirectory()
    if (isFolder && recursive) found.push(...filesIn(path, true))
    else if (!isFolder && suffixes.some((suffix) => entry.name.endsWith(suffix))) found.push(path)
  }
  return found
}

const fetchSource = async (address: string): Promise<Source> => {
  const response = await fetch(address).catch((error: Error) => {
    throw new Error(`Get ${JSON.stringify(address)}: ${error.message}`, {cause: error})
  })
  if (!response.ok)
    throw new Error(
      `unable to read URL ${JSON.stringify(address)}, server reported ${response.status} ${response.statusText}, status code=${response.status}`,
    )
  return {name: address, text: await response.text()}
}

/** A name that is no file may be a pattern. */
const matching = (io: Io, name: string): string[] => {
  try {
    statSync(resolve(io.cwd, name))
    return [name]
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error
  }
  const matched = /[*?[]/.test(name) ? globSync(name, {cwd: io.cwd}).toSorted() : []
  if (matched.length === 0) throw new Error(`the path ${JSON.stringify(name)} does not exist`)
  return matched
}

const readOne = (io: Io, name: string, recursive: boolean): Source[] => {
  const full = resolve(io.cwd, name)
  if (!statSync(full).isDirectory()) return [{name, text: readFileSync(full, 'utf8')}]
  const files = filesIn(full, recursive)
  if (files.length === 0) throw new Error(`error reading [${name}]: recognized file extensions are [.json .yaml .yml]`)
  return files.map((file) => ({name: join(name, file.slice(full.length + 1)), text: readFileSync(file, 'utf8')}))
}

/** All that is missing is said before anything is read. */
const checkNames = (io: Io, names: readonly string[]): void => {
  const missing: Error[] = []
  for (const name of names)
    try {
      if (name !== '-' && !isAddress(name)) matching(io, name)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      missing.push(error)
    }
  if (missing.length > 0) throw together(missing)
}

const isAddress = (name: string): boolean => /^https?:\/\//.test(name)

export const readSources = async (io: Io, names: readonly string[], recursive: boolean): Promise<Source[]> => {
  checkNames(io, names)
  const sources: Source[] = []
  for (const name of names)
    if (name === '-') sources.push({name: 'STDIN', text: io.readStdin().toString('utf8')})
    else if (isAddress(name)) sources.push(await fetchSource(name))
    else for (const path of matching(io, name)) sources.push(...readOne(io, path, recursive))
  return sources
}
