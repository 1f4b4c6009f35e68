// Writes to single objects: create, replace, patch, delete, with the parameters every verb has.
import {ApiError} from '../api/errors.ts'
import {pathOf} from '../api/resource.ts'
import type {ApiClient} from '../client/contract.ts'
import type {DryRun} from './dry-run.ts'
import type {Info} from './input/select.ts'
import type {Obj} from './objects.ts'
import {getJson} from './request.ts'

export interface WriteParameters {
  readonly dryRun?: DryRun | undefined
  readonly fieldManager?: string | undefined
  readonly fieldValidation?: string | undefined
  readonly force?: boolean | undefined
  readonly subresource?: string | undefined
}

type Where = Pick<Info, 'resource' | 'namespace' | 'name'>

const urlOf = ({resource, namespace, name}: Where, withName: boolean, parameters: WriteParameters): string => {
  if (withName && name === '') throw new Error('resource name may not be empty')
  const query = new URLSearchParams()
  if (parameters.dryRun === 'server') query.set('dryRun', 'All')
  if (parameters.fieldManager) query.set('fieldManager', parameters.fieldManager)
  if (parameters.fieldValidation) query.set('fieldValidation', parameters.fieldValidation)
  if (parameters.force !== undefined) query.set('force', String(parameters.force))
  const text = query.toString()
  const path = pathOf(resource, {
    namespace,
    ...(withName ? {name, subresource: parameters.subresource || undefined} : {}),
  })
  return text === '' ? path : `${path}?${text}`
}

export const createObject = (
  client: ApiClient,
  where: Where,
  object: Obj,
  parameters: WriteParameters = {},
): Promise<Obj> => getJson<Obj>(client, urlOf(where, false, parameters), {method: 'POST', body: object})

export const replaceObject = (
  client: ApiClient,
  where: Where,
  object: Obj,
  parameters: WriteParameters = {},
): Promise<Obj> => getJson<Obj>(client, urlOf(where, true, parameters), {method: 'PUT', body: object})

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

export const patchObject = (
  client: ApiClient,
  where: Where,
  type: keyof typeof patchTypes,
  patch: unknown,
  parameters: WriteParameters = {},
): Promise<Obj> =>
  getJson<Obj>(client, urlOf(where, true, parameters), {method: 'PATCH', body: patch, type: patchTypes[type]})

export interface DeleteParameters {
  readonly dryRun?: DryRun | undefined
  readonly gracePeriod?: number | undefined
  readonly propagation?: string | undefined
}

export const deleteObject = (client: ApiClient, where: Where, parameters: DeleteParameters = {}): Promise<Obj> =>
  getJson<Obj>(client, pathOf(where.resource, where), {
    method: 'DELETE',
    body: {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(parameters.gracePeriod === undefined ? {} : {gracePeriodSeconds: parameters.gracePeriod}),
      ...(parameters.propagation ? {propagationPolicy: parameters.propagation} : {}),
      ...(parameters.dryRun === 'server' ? {dryRun: ['All']} : {}),
    },
  })

/** `error when creating "web.yaml": …` before the server's words. */
export const addContext = (error: unknown, verb: string, source: string): unknown => {
  if (source === '') return error
  return withContext(error, `error when ${verb} ${JSON.stringify(source)}: `)
}

export const withContext = (error: unknown, context: string): unknown => {
  if (error instanceof ApiError)
    return new ApiError(error.reason, context + error.message, {code: error.code, details: error.details, cause: error})
  return error instanceof Error ? new Error(context + error.message, {cause: error}) : error
}
