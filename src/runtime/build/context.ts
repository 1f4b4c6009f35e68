// The folder a build copies from: what of it is seen, and what it holds.
import {createHash} from 'node:crypto'
import {createReadStream, lstatSync, readdirSync, readlinkSync} from 'node:fs'
import {join, relative} from 'node:path'
import {hasWildcard, matchesPattern} from './dockerfile/pattern.ts'
import {type Ignored, ignoresNothing} from './ignore.ts'
import {inRoot} from './in-root.ts'

export interface BuildContext {
  readonly root: string
  readonly ignored: Ignored
  /** Also by the name within a folder that is copied. */
  readonly excluded?: Ignored | undefined
}

/** A folder without rules: another stage, an image. */
export const plainContext = (root: string): BuildContext => ({root, ignored: ignoresNothing})

export interface Source {
  /** In its context, without a slash in front; empty: all of it. */
  readonly path: string
  /** On this machine, links followed. */
  readonly file: string
  readonly isFolder: boolean
}

/** One part of a path after the other. */
const matching = (context: BuildContext, parts: readonly string[], below = ''): string[] => {
  const {excluded, ignored, root} = context
  const [part, ...rest] = parts
  if (part === undefined) return [below]
  const folder = inRoot(root, below)
  if (!lstatSync(folder, {throwIfNoEntry: false})?.isDirectory()) return []
  const names = hasWildcard(part)
    ? readdirSync(folder)
        .filter((name) => matchesPattern(part, name))
        .sort()
    : [part]
  return names
    .map((name) => (below === '' ? name : `${below}/${name}`))
    .filter((path) => rest.length > 0 || !(ignored.ignores(path) || excluded?.ignores(path)))
    .flatMap((path) => matching(context, rest, path))
}

/** What `pattern` names; empty when that is nothing. */
export const sourcesOf = (context: BuildContext, pattern: string): Source[] => {
  const parts: string[] = []
  for (const part of pattern.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return matching(context, parts).flatMap((path): Source[] => {
    const file = inRoot(context.root, path)
    const stats = lstatSync(file, {throwIfNoEntry: false})
    return stats ? [{path, file, isFolder: stats.isDirectory()}] : []
  })
}

/** Names below a folder, parents first; what is ignored is left out. */
export const namesBelow = ({excluded, ignored}: BuildContext, {file, path}: Source): string[] => {
  const names: string[] = []
  const walk = (folder: string, name: string): void => {
    for (const entry of readdirSync(folder, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = name === '' ? entry.name : `${name}/${entry.name}`
      const inContext = path === '' ? below : `${path}/${below}`
      const skipped = ignored.ignores(inContext) || excluded?.ignores(inContext) || excluded?.ignores(below)
      if (!skipped) names.push(below)
      if (entry.isDirectory() && !(skipped && ignored.prunes)) walk(join(folder, entry.name), below)
    }
  }
  walk(file, '')
  return withParents(names)
}

/** A name that came back from an ignored folder needs that folder. */
const withParents = (names: readonly string[]): string[] => {
  const all = new Set<string>()
  for (const name of names) {
    const parts = name.split('/')
    for (let count = 1; count <= parts.length; count++) all.add(parts.slice(0, count).join('/'))
  }
  return [...all]
}

const hashFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}

const factsOf = async (root: string, file: string): Promise<readonly unknown[]> => {
  const stats = lstatSync(file)
  const name = relative(root, file)
  if (stats.isDirectory()) return [name, 'folder', stats.mode]
  if (stats.isSymbolicLink()) return [name, 'link', readlinkSync(file)]
  if (stats.isFile()) return [name, stats.mode, await hashFile(file)]
  return [name, stats.mode, stats.rdev]
}

/** Tells whether a copy would be the same: names, modes and contents, not times. */
export const digestOf = async (context: BuildContext, source: Source): Promise<string> => {
  const facts = [await factsOf(source.file, source.file)]
  if (source.isFolder)
    for (const name of namesBelow(context, source)) facts.push(await factsOf(source.file, join(source.file, name)))
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}
