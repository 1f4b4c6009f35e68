// The cases: lines of shell commands with alternatives, `kubectl get [[pods|svc]] [[-o name|]]`, and all that one line means.
import type {Random} from '../../src/lib/random.ts'

/** Every way to choose: the product of all alternatives. */
export const expand = (line: string): string[] => {
  const found = /\[\[((?:(?!\[\[|\]\]).)*)\]\]/s.exec(line)
  if (!found) return [line]
  const head = line.slice(0, found.index)
  const tail = line.slice(found.index + found[0].length)
  return (found[1] ?? '').split('|').flatMap((choice) => expand(head + choice + tail))
}

export interface Group {
  /** `file.txt:12` */
  readonly name: string
  readonly steps: readonly string[]
  /** A step that only reads: both programs ask the same server. */
  readonly reads: boolean
}

/**
 * In a file that begins with `# reads` every command is a group of its own. Elsewhere empty lines divide groups: their steps run one
 * after the other in a new namespace, each program in a cluster of its own.
 */
export const groupsIn = (file: string, text: string): Group[] => {
  const reads = text.startsWith('# reads')
  const groups: {name: string; steps: string[]; reads: boolean}[] = []
  let open: string[] | undefined
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') open = undefined
    if (line.trim() === '' || line.startsWith('#')) return
    const name = `${file}:${index + 1}`
    if (reads) groups.push(...expand(line).map((step) => ({name, steps: [step], reads})))
    else if (open) open.push(...expand(line))
    else groups.push({name, steps: (open = expand(line)), reads})
  })
  return groups
}

/** So many of them, by the seed. */
export const sample = <T>(random: Random, items: readonly T[], count: number): T[] => {
  const left = [...items]
  const chosen: T[] = []
  while (chosen.length < count && left.length > 0)
    chosen.push(...left.splice(Math.floor(random.next() * left.length), 1))
  return chosen
}
