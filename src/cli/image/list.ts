// Images as minikube lists them.
import Table from 'cli-table3'
import {writeYaml} from '../yaml/write.ts'
import {nameAndTag} from './names.ts'
import {humanSize} from './size.ts'

export interface ListedImage {
  readonly id: string
  readonly repoDigests: readonly string[]
  readonly repoTags: readonly string[]
  /** In bytes, as text. */
  readonly size: string
}

export const formats = ['short', 'table', 'json', 'yaml'] as const
export type Format = (typeof formats)[number]

const SHORT_ID = 13

/** Bars and dashes only, as minikube draws them; its headings stand in the middle. */
const chars = {
  ...{top: '-', 'top-mid': '|', 'top-left': '|', 'top-right': '|'},
  ...{bottom: '-', 'bottom-mid': '|', 'bottom-left': '|', 'bottom-right': '|'},
  ...{left: '|', 'left-mid': '|', mid: '-', 'mid-mid': '|', right: '|', 'right-mid': '|', middle: '|'},
}

const table = (images: readonly ListedImage[]): string => {
  const rows = images.flatMap(({id, repoTags, size}) =>
    (repoTags.length > 0 ? repoTags.map(nameAndTag) : [['<none>', '<none>'] as const]).map(([name, tag]) => [
      name,
      tag,
      id.slice(0, SHORT_ID),
      humanSize(Number(size)),
    ]),
  )
  const head = ['Image', 'Tag', 'Image ID', 'Size'].map((content) => ({content, hAlign: 'center' as const}))
  const drawn = new Table({chars, style: {head: [], border: []}})
  drawn.push(head, ...rows)
  const lines = drawn.toString().split('\n')
  const isRule = (line: string): boolean => /^\|[-|]+\|$/.test(line)
  // Rules above, below the headings, and at the end; none between the images.
  return `${lines.filter((line, at) => !isRule(line) || at <= 2 || at === lines.length - 1).join('\n')}\n`
}

const printers: Readonly<Record<Format, (images: readonly ListedImage[]) => string>> = {
  short: (images) =>
    images
      .flatMap(({repoTags}) => repoTags.map((tag) => `${tag}\n`))
      .sort()
      .reverse()
      .join(''),
  table,
  json: (images) => `${JSON.stringify(images)}\n`,
  yaml: (images) => writeYaml(images),
}

export const printImages = (images: readonly ListedImage[], format: Format): string => printers[format](images)
