// The columns that nearly every table starts and ends with.
import type {Column} from '../kind.ts'
import {ageOf} from '../meta/human-duration.ts'
import type {KubeObject} from '../object.ts'

export const nameDescription =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names'
export const ageDescription =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'

interface ColumnOptions {
  readonly type?: Column['type']
  readonly format?: string
  readonly doc?: string
  readonly description?: string
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: nameDescription,
  priority: 0,
  cell: (object) => object.metadata?.name ?? '',
}

export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description: ageDescription,
  priority: 0,
  cell: (object, nowMs) => ageOf(object.metadata?.creationTimestamp, nowMs),
}

/** What kinds without a printer of their own show. */
export const createdAtColumn: Column = {
  name: 'Created At',
  type: 'date',
  description: ageDescription,
  priority: 0,
  cell: (object) => object.metadata?.creationTimestamp ?? null,
}

export const column = <T extends KubeObject>(
  name: string,
  cell: Column<T>['cell'],
  options: ColumnOptions = {},
): Column<T> => ({name, type: 'string', priority: 0, ...options, cell})

/** Only in wide output. */
export const wideColumn = <T extends KubeObject>(
  name: string,
  cell: Column<T>['cell'],
  options: ColumnOptions = {},
): Column<T> => ({name, type: 'string', priority: 1, ...options, cell})

interface HasTemplate extends KubeObject {
  spec?:
    | {template?: {spec?: {containers: readonly {name: string; image?: string | undefined}[]} | undefined} | undefined}
    | undefined
}

/** Names and images of the containers a workload's template holds. */
export const templateColumns: readonly Column<HasTemplate>[] = [
  wideColumn('Containers', (object) => containerNames(object.spec?.template?.spec?.containers), {
    description: 'Names of each container in the template.',
  }),
  wideColumn('Images', (object) => containerImages(object.spec?.template?.spec?.containers), {
    description: 'Images referenced by each container in the template.',
  }),
]

type NamedContainers = readonly {name: string; image?: string | undefined}[] | undefined
export const containerNames = (containers: NamedContainers): string =>
  (containers ?? []).map(({name}) => name).join(',')
export const containerImages = (containers: NamedContainers): string =>
  (containers ?? []).map(({image}) => image ?? '').join(',')

/** `a,b,c + 2 more...` */
export const firstFew = (items: readonly string[], max: number, separator = ','): string => {
  const text = items.slice(0, max).join(separator)
  return items.length > max ? `${text} + ${items.length - max} more...` : text
}
