// Objects nobody wrote a describer for: their fields in order, with titles made of the fields' names.
import type {KubeObject, Stored} from '../../api/object.ts'
import {sortedEntries, writeHead} from './common.ts'
import type {DescribeContext} from './describer.ts'
import {writeEvents} from './events.ts'
import type {Page} from './page.ts'

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID'])

/** `lastTransitionTime` is `Last Transition Time`, `podIP` is `Pod IP`. */
export const titleOf = (field: string): string => {
  // What is not made of letters and dashes alone stays as it is.
  if (/[^\p{L}-]/u.test(field)) return field
  const parts = field.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+/g) ?? []
  return parts
    .filter((part) => part !== '_')
    .map((part) =>
      acronyms.has(part.toUpperCase()) ? part.toUpperCase() : `${part[0]?.toUpperCase() ?? ''}${part.slice(1)}`,
    )
    .join(' ')
}

const inHead = new Set([
  '.metadata.annotations',
  '.metadata.labels',
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
])

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const scalar = (value: unknown): string => (value === null ? '<nil>' : String(value))

const writeFields = (page: Page, level: number, fields: Record<string, unknown>, path: string): void => {
  for (const [field, value] of sortedEntries(fields)) {
    const here = `${path}.${field}`
    if (inHead.has(here)) continue
    if (isMap(value)) {
      page.line(level, `${titleOf(field)}:`)
      writeFields(page, level + 1, value, here)
    } else if (Array.isArray(value)) {
      page.line(level, `${titleOf(field)}:`)
      for (const item of value)
        if (isMap(item)) writeFields(page, level + 1, item, here)
        else page.line(level + 1, scalar(item))
    } else page.line(level, `${titleOf(field)}:`, scalar(value))
  }
}

export const describeAnything = async (
  page: Page,
  object: Stored<KubeObject>,
  context: DescribeContext,
): Promise<void> => {
  writeHead(page, object)
  writeFields(page, 0, object as unknown as Record<string, unknown>, '')
  await writeEvents(page, object, context)
}
