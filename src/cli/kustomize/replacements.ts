// replacements: a value of one object copied into fields of others.
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {copyOf, isMap, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {type Item, matchesTarget, type Target} from './resource.ts'

interface FieldOptions {
  readonly delimiter?: string
  readonly index?: number
  readonly create?: boolean
}
export interface Replacement {
  readonly path?: string
  readonly source?: Target & {readonly fieldPath?: string; readonly options?: FieldOptions}
  readonly targets?: readonly {
    readonly select?: Target
    readonly reject?: readonly Target[]
    readonly fieldPaths?: readonly string[]
    readonly options?: FieldOptions
  }[]
}

/** `spec.containers.[name=app].image`, dots escaped with a backslash. */
const stepsOf = (path: string): string[] => {
  const steps: string[] = []
  let step = ''
  let depth = 0
  for (let at = 0; at < path.length; at++) {
    const char = path[at] ?? ''
    if (char === '\\') step += path[++at] ?? ''
    else if (char === '[') {
      depth++
      step += char
    } else if (char === ']') {
      depth--
      step += char
    } else if (char === '.' && depth === 0) {
      if (step !== '') steps.push(step)
      step = ''
    } else step += char
  }
  return step === '' ? steps : [...steps, step]
}

type Place = readonly [holder: unknown, key: string | number]

const placesOf = (root: unknown, path: string, create: boolean): Place[] => {
  let places: Place[] = [[{'': root}, '']]
  const valueAt = ([holder, key]: Place): unknown => (holder as Obj)[key as string]
  for (const step of stepsOf(path)) {
    const match = /^\[([^=]+)=(.*)\]$/.exec(step)
    places = places.flatMap((place): Place[] => {
      const value = valueAt(place)
      if (Array.isArray(value)) {
        const indices = [...value.keys()].filter((index) =>
          match
            ? String((value[index] as Obj | undefined)?.[match[1] ?? '']) === match[2]
            : step === '*' || String(index) === step,
        )
        return indices.map((index) => [value, index] as const)
      }
      if (!isMap(value)) return []
      if (!(step in value)) {
        if (!create) return []
        value[step] = {}
      }
      return [[value, step]]
    })
  }
  return places
}

const partOf = (value: unknown, {delimiter, index = 0}: FieldOptions = {}): unknown =>
  delimiter ? String(value).split(delimiter)[index] : value

const put = ([holder, key]: Place, value: unknown, options: FieldOptions = {}): void => {
  const target = holder as Obj
  if (!options.delimiter) {
    target[key as string] = copyOf(value)
    return
  }
  const parts = String(target[key as string]).split(options.delimiter)
  const index = options.index ?? 0
  if (index < 0) parts.unshift(String(value))
  else if (index >= parts.length) parts.push(String(value))
  else parts[index] = String(value)
  target[key as string] = parts.join(options.delimiter)
}

const replaceOne = (items: readonly Item[], {source, targets = []}: Replacement): void => {
  if (!source) throw new Error('replacements must specify a source')
  const found = items.filter((item) => matchesTarget(item, source))
  const [from] = found
  if (!from || found.length > 1)
    throw new Error(
      `${found.length === 0 ? 'nothing selected by' : 'multiple matches for selector'} ${source.kind ?? ''}.[noVer].[noGrp]/${source.name ?? ''}.[noNs]`,
    )
  const [place] = placesOf(from.object, source.fieldPath ?? 'metadata.name', false)
  if (!place)
    throw new Error(`fieldPath \`${source.fieldPath}\` is missing for replacement source ${source.kind}/${source.name}`)
  const value = partOf((place[0] as Obj)[place[1] as string], source.options)
  for (const {select = {}, reject = [], fieldPaths = ['metadata.name'], options} of targets)
    for (const item of items) {
      if (!matchesTarget(item, select) || reject.some((target) => matchesTarget(item, target))) continue
      item.object = copyOf(item.object)
      for (const path of fieldPaths) {
        const places = placesOf(item.object, path, options?.create === true)
        if (places.length === 0 && !path.includes('*'))
          throw new Error(`unable to find field ${JSON.stringify(path)} in replacement target`)
        for (const target of places) put(target, value, options)
      }
    }
}

export const applyReplacements = (items: readonly Item[], replacements: readonly Replacement[], root: string): void => {
  for (const replacement of replacements) {
    const loaded = replacement.path
      ? (readYaml(readFileSync(resolve(root, replacement.path), 'utf8')) as Replacement | Replacement[])
      : replacement
    for (const one of [loaded].flat()) replaceOne(items, one)
  }
}
