// What comes out of a container becomes files here: never outside the destination, and no links.
import {mkdir, open} from 'node:fs/promises'
import {dirname, posix} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import {tarTypes} from '../tar/header.ts'
import type {TarEntry} from '../tar/read.ts'
import {archivePrefix, destinationOf, type FileSpec} from './file-spec.ts'

interface Unpack {
  readonly source: FileSpec
  readonly destination: string
  readonly cwd: string
  readonly program: string
  readonly entries: AsyncIterable<TarEntry>
  warn(text: string): void
}

const openFile = async (path: string, shown: string) => {
  try {
    return await open(path, 'w')
  } catch (error) {
    if (hasCode(error, 'EISDIR')) throw new Error(`open ${shown}: is a directory`, {cause: error})
    if (hasCode(error, 'EACCES')) throw new Error(`open ${shown}: permission denied`, {cause: error})
    throw error
  }
}

const quote = (text: string): string => JSON.stringify(text)

export const unpack = async ({source, destination, cwd, program, entries, warn}: Unpack): Promise<void> => {
  const prefix = archivePrefix(source.file)
  let hasWarned = false
  const skipLink = (shown: string, link: string): void => {
    const advice = ` (consider using "${program} exec -n ${quote(source.namespace)} ${quote(source.pod)} -- tar cf - ${quote(source.file)} | tar xf -")`
    warn(`warning: skipping symlink: ${quote(shown)} -> ${quote(link)}${hasWarned ? '' : advice}\n`)
    hasWarned = true
  }
  for await (const {name, type, linkName, content} of entries) {
    if (!name.startsWith(prefix)) throw new Error('tar contents corrupted')
    const inside = name.slice(prefix.length)
    const shown = destinationOf(destination, inside)
    if (shown === undefined) {
      warn(`warning: file ${quote(posix.join(destination, inside))} is outside target destination, skipping\n`)
      continue
    }
    const path = posix.resolve(cwd, shown)
    await mkdir(dirname(path), {recursive: true})
    if (type === tarTypes.directory) await mkdir(path, {recursive: true})
    else if (type === tarTypes.symlink) skipLink(shown, linkName)
    else {
      const file = await openFile(path, shown)
      try {
        for await (const piece of content) await file.write(piece)
      } finally {
        await file.close()
      }
    }
  }
}
