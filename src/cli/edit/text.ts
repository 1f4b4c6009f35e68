// What stands in the file a person edits: a heading in comments, then the objects.
import {isMap, type Obj} from '../objects.ts'
import {indentedJson} from '../output/json.ts'
import {readYaml, YamlError} from '../yaml/read.ts'
import {writeYaml} from '../yaml/write.ts'

export type EditFormat = 'yaml' | 'json' | 'kyaml'

const headings = {
  object: `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`,
  'last-applied': `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`,
} as const

export type Subject = keyof typeof headings

/** Why an object was not taken. */
export interface Complaint {
  readonly head: string
  readonly causes: readonly string[]
}

const commented = (text: string): string => text.replaceAll('\n', '\n# ')

export const headingOf = (subject: Subject, complaints: readonly Complaint[]): string =>
  headings[subject] +
  complaints
    .map(({head, causes}) =>
      [
        `# ${commented(head)}${causes.length > 0 ? ':' : ''}\n`,
        ...causes.map((cause) => `# * ${commented(cause)}\n`),
        '#\n',
      ].join(''),
    )
    .join('')

/** One object as it is, several as a List. */
const asOne = (objects: readonly Obj[]): Obj => {
  const [only] = objects
  return only && objects.length === 1 ? only : {apiVersion: 'v1', items: objects, kind: 'List', metadata: {}}
}

export const textOf = async (objects: readonly Obj[], format: EditFormat): Promise<string> => {
  const shown = asOne(objects)
  if (format === 'json') return `${indentedJson(shown)}\n`
  if (format === 'yaml') return writeYaml(shown)
  const {writeKyaml} = await import('../output/kyaml.ts')
  return writeKyaml(shown)
}

export const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join('\n')

export const hasLines = (text: string): boolean => text.split('\n').some((line) => /^\s*[^\s#]/.test(line))

/** What two texts must share to be the same edit: their content, or their lines where they have none. */
export const meaningOf = (text: string): string => {
  try {
    return JSON.stringify(readYaml(text))
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return withoutComments(text)
  }
}

/** What is wrong with the text before any server sees it. */
export const mistakeIn = (text: string): string | undefined => {
  let value: unknown
  try {
    value = readYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return error.message
  }
  if (!isMap(value)) return 'invalid object to validate'
  const missing = ['apiVersion', 'kind'].filter((field) => typeof value[field] !== 'string' || value[field] === '')
  if (missing.length === 0) return undefined
  const said = missing.map((field) => `${field} not set`)
  return said.length > 1 ? `[${said.join(', ')}]` : said[0]
}

export const objectsIn = (text: string): Obj[] => {
  const value = readYaml(text)
  if (!isMap(value)) return []
  return value.kind === 'List' && Array.isArray(value.items) ? (value.items as Obj[]) : [value]
}
