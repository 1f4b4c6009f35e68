// One kustomization: its resources, then its components, its generators and its changes, in that order.
import {readFileSync, realpathSync, statSync} from 'node:fs'
import {relative, resolve} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import {documentsIn} from '../input/documents.ts'
import type {Io} from '../io.ts'
import {nameOf, namespaceOf, type Obj, stringsAt} from '../objects.ts'
import type {NameReference} from './configurations.ts'
import {isRemote, noDirectory, type OpenFolder, openFolder} from './folder.ts'
import {generate} from './generators.ts'
import {type Item, idText, newItem, type Origin} from './item.ts'
import {isKustomizationFolder, type Kustomization, readKustomization} from './kustomization.ts'
import {type OwnSchemas, readOpenApi} from './open-api.ts'
import {runPlugins, validate} from './plugins.ts'
import {transform} from './transform.ts'

export interface Place {
  readonly folder: string
  readonly io: Io
  readonly anywhere: boolean
  /** The folders that lead here: none may come again. */
  readonly above: readonly string[]
  /** Where, in types of one's own, other objects are named. */
  readonly references: NameReference[]
  readonly schemas: OwnSchemas
  readonly repository?: Origin['repository']
}

export interface Accumulated {
  readonly items: Item[]
  readonly kustomization: Kustomization
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A file below the kustomization's folder, unless files may lie anywhere. */
export const readLocalFile = ({folder, anywhere}: Place, name: string): Buffer => {
  const full = resolve(folder, name)
  let real: string
  try {
    real = realpathSync(full)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`, {cause: error})
  }
  const base = realpathSync(folder)
  if (!anywhere && relative(base, real).startsWith('..'))
    throw new Error(`security; file '${real}' is not in or below '${base}'`)
  if (statSync(real).isDirectory()) throw new Error(`'${real}' must resolve to a file`)
  return readFileSync(real)
}

export const objectsOf = (text: string, name: string): Obj[] =>
  documentsIn({text, name}, false, 'new').map((document) => {
    if (document instanceof Error) throw kindless(document)
    const {object} = document
    if (nameOf(object) === '') throw new Error(`missing metadata.name in object ${goMeta(object)}`)
    return object
  })

/** kustomize says of an object without a kind what little it knows of it. */
const kindless = (error: Error): Error => {
  const found = /Object 'Kind' is missing in '(.*)'$/s.exec(error.message)?.[1]
  return found === undefined
    ? error
    : new Error(`missing kind in object ${goMeta(JSON.parse(found) as Obj)}`, {cause: error})
}

const goMap = (map: Readonly<Record<string, string>>): string =>
  `map[${Object.keys(map)
    .sort()
    .map((key) => `${key}:${map[key]}`)
    .join(' ')}]`

/** What says which object it is, as Go prints it. */
const goMeta = (object: Obj): string =>
  `{{${object.apiVersion ?? ''} ${object.kind ?? ''}} {{${nameOf(object)} ${namespaceOf(object)}} ${goMap(stringsAt(object, 'metadata', 'labels'))} ${goMap(stringsAt(object, 'metadata', 'annotations'))}}}`

const addAll = (items: Item[], more: readonly Item[]): void => {
  for (const item of more) {
    const id = idText(item)
    if (items.some((other) => idText(other) === id))
      throw new Error(`may not add resource with an already registered id: ${id}`)
    items.push(item)
  }
}

const checkKind = ({kind = 'Kustomization'}: Kustomization, path: string): void => {
  if (kind === 'Component') throw new Error(`expected kind != 'Component' for path '${path}'`)
}

const addFolder = (place: Place, name: string, items: Item[]): void => {
  const opened = openRemote(place, name)
  const {path} = opened
  const within = (step: string, act: () => void): void => {
    try {
      act()
    } catch (error) {
      throw new Error(
        `accumulating resources: accumulation err='accumulating resources from '${name}': ${notFile(place, name, path)}': ${step}${messageOf(error)}`,
        {cause: error},
      )
    }
  }
  try {
    if ([...place.above, place.folder].includes(path))
      within('', () => {
        throw new Error(`cycle detected: candidate root '${path}' contains visited root '${path}'`)
      })
    const inner = {...place, folder: path, above: [...place.above, place.folder]}
    let found: Accumulated | undefined
    within(`recursed accumulation of path '${path}': `, () => {
      found = accumulate(inner)
    })
    within('', () => found && checkKind(found.kustomization, path))
    within(`recursed merging from path '${path}': `, () => addAll(items, found?.items ?? []))
  } finally {
    opened.close()
  }
}

const openRemote = (place: Place, name: string): OpenFolder => {
  try {
    return openFolder(name, {cwd: place.folder})
  } catch (error) {
    if (!isRemote(name)) throw error
    throw new Error(
      `accumulating resources: accumulation err='accumulating resources from '${name}': ${notFile(place, name, '')}': ${messageOf(error)}`,
      {cause: error},
    )
  }
}

const notFile = (place: Place, name: string, path: string): string =>
  isRemote(name)
    ? `evalsymlink failure on '${resolve(place.folder, name)}' : lstat ${resolve(place.folder, name.split('/')[0] ?? '')}: no such file or directory`
    : `'${path}' must resolve to a file`

const isFolder = (place: Place, name: string): boolean => {
  try {
    return statSync(resolve(place.folder, name)).isDirectory()
  } catch {
    // Not there: reading it says so.
    return false
  }
}

const addResource = (place: Place, name: string, items: Item[]): void => {
  if (isRemote(name) || isFolder(place, name)) {
    if (!isRemote(name) && !isKustomizationFolder(resolve(place.folder, name)))
      throw new Error(
        `accumulating resources: accumulation err='accumulating resources from '${name}': '${resolve(place.folder, name)}' must resolve to a file': couldn't make target for path '${resolve(place.folder, name)}': unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${resolve(place.folder, name)}'`,
      )
    addFolder(place, name, items)
    return
  }
  let found: Item[] | undefined
  try {
    const origin: Origin = {
      file: resolve(place.folder, name),
      ...(place.repository ? {repository: place.repository} : {}),
    }
    found = objectsOf(readLocalFile(place, name).toString('utf8'), name).map((object) => newItem(object, false, origin))
    addAll(items, found)
  } catch (error) {
    const full = resolve(place.folder, name)
    const what = found ? 'merging' : 'accumulating'
    const second = messageOf(error).startsWith('evalsymlink')
      ? noDirectory(full, full).message
      : `must build at directory: '${full}': file is not directory`
    throw new Error(
      `accumulating resources: accumulation err='${what} resources from '${name}': ${messageOf(error)}': ${second}`,
      {cause: error},
    )
  }
}

export const accumulate = (place: Place, onto: Item[] = []): Accumulated => {
  const kustomization = readKustomization(place.folder, place.io)
  const items = onto
  readOpenApi(place, kustomization)
  for (const name of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])])
    addResource(place, name, items)
  for (const name of kustomization.components ?? []) addComponent(place, name, items)
  generate(place, kustomization, items)
  runPlugins(place, kustomization.generators ?? [], items)
  transform(place, kustomization, items)
  runPlugins(place, kustomization.transformers ?? [], items)
  validate(place, kustomization.validators ?? [], items)
  return {items, kustomization}
}

/** A component changes what its user has so far. */
const addComponent = (place: Place, name: string, items: Item[]): void => {
  const opened = openFolder(name, {cwd: place.folder})
  try {
    const inner = {...place, folder: opened.path, above: [...place.above, place.folder]}
    const {kind = 'Kustomization'} = readKustomization(inner.folder, {...place.io, err: () => {}})
    if (kind !== 'Component')
      throw new Error(
        `accumulating components: accumulateDirectory: "expected kind 'Component' for path '${opened.path}' but got '${kind}'"`,
      )
    accumulate(inner, items)
  } finally {
    opened.close()
  }
}
