// Lists have an end; what is longer is not looked into.
import type {FieldErrors} from '../../field-errors.ts'

export type Check<T> = (item: T, path: string) => void

interface ListRules<T> {
  readonly path: string
  readonly most?: number
  readonly check: Check<T>
  /** Items with the same key are the same. */
  readonly key?: (item: T) => string
}

export const checkList = <T>(items: readonly T[] | undefined, rules: ListRules<T>, errors: FieldErrors) => {
  const {path, most = Number.POSITIVE_INFINITY, check, key} = rules
  const list = items ?? []
  if (list.length > most) return errors.tooMany(path, list.length, most)
  for (const [index, item] of list.entries()) check(item, `${path}[${index}]`)
  if (!key) return
  const seen = new Set<string>()
  for (const [index, item] of list.entries()) {
    const name = key(item)
    if (seen.has(name)) errors.duplicate(`${path}[${index}]`, name)
    seen.add(name)
  }
}

/** A key that is too long is shown without its middle. */
const shortened = (key: string, most: number): string => {
  if (key.length <= most) return key
  const rest = most - 3
  return `${key.slice(0, Math.floor((rest + 1) / 2))}...${key.slice(key.length - Math.floor(rest / 2))}`
}

interface MapRules<T> {
  readonly path: string
  readonly most?: number
  readonly longestKey: number
  readonly checkKey: (key: string, path: string, errors: FieldErrors) => void
  readonly check?: Check<T>
}

export const checkMap = <T>(
  items: {readonly [key: string]: T} | undefined,
  {path, most = Number.POSITIVE_INFINITY, longestKey, checkKey, check}: MapRules<T>,
  errors: FieldErrors,
) => {
  const entries = Object.entries(items ?? {})
  if (entries.length > most) return errors.tooMany(path, entries.length, most)
  for (const [key, item] of entries) {
    const at = `${path}[${shortened(key, longestKey)}]`
    checkKey(key, at, errors)
    check?.(item, at)
  }
}
