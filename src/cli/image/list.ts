// Images as minikube lists them.
import {barTable} from '../output/bar-table.ts'
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

const table = (images: readonly ListedImage[]): string => {
  const rows = images.flatMap(({id, repoTags, size}) =>
    (repoTags.length > 0 ? repoTags.map(nameAndTag) : [['<none>', '<none>'] as const]).map(([name, tag]) => [
      name,
      tag,
      id.slice(0, SHORT_ID),
      humanSize(Number(size)),
    ]),
  )
  return barTable(['Image', 'Tag', 'Image ID', 'Size'], rows)
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
