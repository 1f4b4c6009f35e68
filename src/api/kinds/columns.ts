// The columns that nearly every table starts and ends with.
import type {Column} from '../kind.ts'
import {ageOf} from '../meta/human-duration.ts'
import type {KubeObject} from '../object.ts'

export const nameDescription =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names'
export const ageDescription =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata'

type Cell<T extends KubeObject> = Column<T>['cell']

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
  cell: Cell<T>,
  type: Column['type'] = 'string',
): Column<T> => ({name, type, priority: 0, cell})

/** Only in wide output. */
export const wideColumn = <T extends KubeObject>(
  name: string,
  cell: Cell<T>,
  type: Column['type'] = 'string',
): Column<T> => ({name, type, priority: 1, cell})
