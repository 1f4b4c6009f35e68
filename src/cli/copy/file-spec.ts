// `[[namespace/]pod:]path`, and the rules for paths inside an archive.
import {posix} from 'node:path'

export interface FileSpec {
  readonly namespace: string
  /** Empty: a file of this machine. */
  readonly pod: string
  readonly file: string
}

const mistake = (): Error => new Error('filespec must match the canonical format: [[namespace/]pod:]file/path')

const cleaned = (path: string): string => {
  if (path === '') return ''
  const clean = posix.normalize(path)
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean
}

export const parseFileSpec = (word: string): FileSpec => {
  const colon = word.indexOf(':')
  if (colon === 0) throw mistake()
  if (colon < 0) return {namespace: '', pod: '', file: cleaned(word)}
  const parts = word.slice(0, colon).split('/')
  if (parts.length > 2) throw mistake()
  const [first = '', second] = parts
  const file = cleaned(word.slice(colon + 1))
  return second === undefined ? {namespace: '', pod: first, file} : {namespace: first, pod: second, file}
}

const withoutShortcuts = (path: string): string => {
  let rest = path
  while (rest.startsWith('../')) rest = rest.slice(3)
  return rest === '.' || rest === '..' ? '' : rest.replace(/^\//, '')
}

/** What the names of an archive of this path begin with. */
export const archivePrefix = (path: string): string => withoutShortcuts(cleaned(path.replace(/^\/+/, '')))

/** Where an entry of the archive goes; undefined: it wants out of the folder. */
export const destinationOf = (folder: string, inside: string): string | undefined => {
  const target = posix.join(folder, inside)
  const relative = posix.relative(folder, target)
  return relative === '..' || relative.startsWith('../') ? undefined : target
}
