// Parts that many descriptions share.
import type {KubeObject} from '../../api/object.ts'
import type {LabelSelector, ObjectMeta} from '../../api/schema/types.gen.ts'
import type {Page} from './page.ts'

/** Maps in the order of their keys, as Go's sorted lists of keys. */
export const sortedEntries = <Value>(map: Readonly<Record<string, Value>> | undefined): [string, Value][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number): string => String(value).padStart(2, '0')

/** `Mon, 02 Jan 2006 15:04:05 -0700`, in the zone of whoever reads it. */
export const longTime = (timestamp: string | undefined): string => {
  const time = timestamp ? new Date(timestamp) : new Date(Number.NaN)
  if (Number.isNaN(time.getTime())) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const offset = -time.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  return `${days[time.getDay()]}, ${two(time.getDate())} ${months[time.getMonth()]} ${time.getFullYear()} ${clock} ${zone}`
}

/** Go's way to print a time: `2026-11-21 09:03:43 +0000 UTC`. */
export const goTime = (timestamp: string | undefined): string => {
  const time = new Date(timestamp ?? Number.NaN)
  if (Number.isNaN(time.getTime())) return '0001-01-01 00:00:00 +0000 UTC'
  const offset = -time.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  const name = offset === 0 ? 'UTC' : zone
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${zone} ${name}`
}

const LONGEST_ANNOTATION = 140
const hiddenAnnotations = new Set(['kubectl.kubernetes.io/last-applied-configuration'])

/** A title, and below each other `key=value`. */
export const writeLabels = (
  page: Page,
  title: string,
  labels: Readonly<Record<string, string>> | undefined,
  level = 0,
  empty = '<none>',
): void => {
  writeLines(
    page,
    title,
    sortedEntries(labels).map(([key, value]) => `${key}=${value}`),
    level,
    empty,
  )
}

export const writeLines = (page: Page, title: string, lines: readonly string[], level = 0, empty = '<none>'): void => {
  if (lines.length === 0) page.line(level, `${title}:`, empty)
  else
    lines.forEach((line, at) => {
      page.line(level, at === 0 ? `${title}:` : '', line)
    })
}

export const writeAnnotations = (
  page: Page,
  annotations: Readonly<Record<string, string>> | undefined,
  level = 0,
  title = 'Annotations',
): void => {
  const shown = sortedEntries(annotations).filter(([key]) => !hiddenAnnotations.has(key))
  if (shown.length === 0) {
    page.line(level, `${title}:`, '<none>')
    return
  }
  shown.forEach(([key, value], at) => {
    const head = at === 0 ? `${title}:` : ''
    const text = value.replace(/\n$/, '')
    if (text.length + key.length + 2 <= LONGEST_ANNOTATION && !text.includes('\n'))
      page.line(level, head, `${key}: ${text}`)
    else {
      page.line(level, head, `${key}:`)
      for (const line of text.split('\n')) page.line(level, '', `  ${shorten(line)}`)
    }
  })
}

const shorten = (line: string): string =>
  line.length > LONGEST_ANNOTATION - 2 ? `${line.slice(0, LONGEST_ANNOTATION - 2)}...` : line

export interface HeadOptions {
  readonly namespace?: boolean
}

/** Name, Namespace, Labels, Annotations: how most descriptions begin. */
export const writeHead = (page: Page, {metadata}: KubeObject, {namespace = true}: HeadOptions = {}): void => {
  page.line(0, 'Name:', metadata?.name ?? '')
  if (namespace) page.line(0, 'Namespace:', metadata?.namespace ?? '')
  writeLabels(page, 'Labels', metadata?.labels)
  writeAnnotations(page, metadata?.annotations)
}

export const controllerOf = (metadata: ObjectMeta | undefined): string | undefined => {
  const owner = metadata?.ownerReferences?.find(({controller}) => controller)
  return owner && `${owner.kind}/${owner.name}`
}

const operators: Readonly<Record<string, string>> = {In: 'in', NotIn: 'notin'}

/** `app=web,tier in (a,b),!old`; an absent selector and one that selects everything have words of their own. */
export const selectorText = (selector: LabelSelector | undefined): string => {
  if (!selector) return '<none>'
  const equal = sortedEntries(selector.matchLabels).map(([key, value]) => [key, `${key}=${value}`] as const)
  const other = (selector.matchExpressions ?? []).map(({key, operator, values}) => {
    if (operator === 'Exists') return [key, key] as const
    if (operator === 'DoesNotExist') return [key, `!${key}`] as const
    return [key, `${key} ${operators[operator] ?? operator} (${[...(values ?? [])].sort().join(',')})`] as const
  })
  const all = [...equal, ...other].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return all.length === 0 ? '<none>' : all.map(([, text]) => text).join(',')
}

export const mapText = (map: Readonly<Record<string, string>> | undefined): string =>
  sortedEntries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

/** `1.5` as Go prints a pointer that may be absent. */
export const orUnset = (value: string | number | boolean | undefined, unset = '<unset>'): string =>
  value === undefined ? unset : String(value)
