// One kustomization: its resources, then its components, its generators and its changes, in that order.
import {readFileSync, realpathSync, statSync} from 'node:fs'
import {relative, resolve} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import {documentsIn} from '../input/documents.ts'
import type {Io} from '../io.ts'
import {nameOf, type Obj} from '../objects.ts'
import {isRemote, noDirectory, openFolder} from './folder.ts'
import {generate} from './generators.ts'
import {type Item, idText, newItem} from './item.ts'
import {isKustomizationFolder, type Kustomization, readKustomization} from './kustomization.ts'
import {transform} from './transform.ts'

export interface Place {
  readonly folder: string
  readonly io: Io
  readonly anywhere: boolean
  /** The folders that lead here: none may come again. */
  readonly above: readonly string[]
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
  documentsIn({text, name}).map((document) => {
    if (document instanceof Error) throw document
    if (nameOf(document.object) === '' && !document.object.metadata)
      throw new Error(`missing metadata.name in object ${JSON.stringify(document.object)}`)
    return document.object
  })

const addAll = (items: Item[], more: readonly Item[]): void => {
  for (const item of more) {
    const id = idText(item)
    if (items.some((other) => idText(other) === id))
      throw new Error(`may not add resource with an already registered id: ${id}`)
    items.push(item)
  }
}

const accumulateFolder = (place: Place, name: string): Item[] => {
  const opened = openFolder(name, {cwd: place.folder})
  try {
    if ([...place.above, place.folder].includes(opened.path))
      throw new Error(`cycle detected: candidate root '${opened.path}' contains visited root '${place.folder}'`)
    return accumulate({...place, folder: opened.path, above: [...place.above, place.folder]}).items
  } finally {
    opened.close()
  }
}

const isFolder = (place: Place, name: string): boolean => {
  try {
    return statSync(resolve(place.folder, name)).isDirectory()
  } catch {
    // Not there: reading it says so.
    return false
  }
}

const resourceItems = (place: Place, name: string): Item[] => {
  if (isRemote(name) || isFolder(place, name)) {
    if (!isRemote(name) && !isKustomizationFolder(resolve(place.folder, name)))
      throw new Error(
        `accumulating resources: accumulation err='accumulating resources from '${name}': '${resolve(place.folder, name)}' must resolve to a file': couldn't make target for path '${resolve(place.folder, name)}': unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${resolve(place.folder, name)}'`,
      )
    return accumulateFolder(place, name)
  }
  try {
    return objectsOf(readLocalFile(place, name).toString('utf8'), name).map((object) => newItem(object))
  } catch (error) {
    const full = resolve(place.folder, name)
    const second = messageOf(error).startsWith('evalsymlink')
      ? noDirectory(full, full).message
      : `must build at directory: '${full}': file is not directory`
    throw new Error(
      `accumulating resources: accumulation err='accumulating resources from '${name}': ${messageOf(error)}': ${second}`,
      {cause: error},
    )
  }
}

export const accumulate = (place: Place, onto: Item[] = []): Accumulated => {
  const kustomization = readKustomization(place.folder, place.io)
  const items = onto
  for (const name of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])])
    addAll(items, resourceItems(place, name))
  for (const name of kustomization.components ?? []) addComponent(place, name, items)
  generate(place, kustomization, items)
  transform(place, kustomization, items)
  return {items, kustomization}
}

/** A component changes what its user has so far. */
const addComponent = (place: Place, name: string, items: Item[]): void => {
  const opened = openFolder(name, {cwd: place.folder})
  try {
    accumulate({...place, folder: opened.path, above: [...place.above, place.folder]}, items)
  } finally {
    opened.close()
  }
}
