// Writing to what came out of a cache: a copy of the outer shell is enough, because the server keeps nothing it is given.

import {isSame} from '../../api/meta/same.ts'
import type {KubeObject, Stored} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'

type Thawed<T> = T extends readonly (infer Item)[]
  ? Thawed<Item>[]
  : T extends object
    ? {-readonly [Key in keyof T]: Thawed<T[Key]>}
    : T

/** The same data under the type that may be sent. Not to be written to. */
export const sendable = <T>(object: T): Thawed<T> => object as Thawed<T>

type WithStatus = KubeObject & {status?: object | undefined}

/** PUT of the status, unless it says the same already. */
export const writeStatus = async <T extends WithStatus>(
  resource: Resource<T>,
  object: Cached<T>,
  status: NonNullable<T['status']>,
  {client}: ReconcileContext,
): Promise<Cached<T>> => {
  const current = object as unknown as Stored<T>
  if (isSame(current.status, status)) return object
  return (await client.update(resource, {...current, status}, {subresource: 'status'})) as Cached<T>
}

/** Go leaves out numbers that are zero. */
export const unlessZero = (count: number): number | undefined => (count === 0 ? undefined : count)
