// One object through apply: created, patched or left alone.
import {ApiError, hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import {parseBigJson} from '../big-json.ts'
import type {DryRun} from '../dry-run.ts'
import type {Info} from '../input/select.ts'
import type {Io} from '../io.ts'
import {lastAppliedKey, lastAppliedOf, withLastApplied} from '../last-applied.ts'
import {type Obj, textAt} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import {getJson} from '../request.ts'
import {builtInByKind} from '../resources/built-in.ts'
import {waitUntilGone} from '../watch/gone.ts'
import {addContext, createObject, deleteObject, patchObject, withContext} from '../write-object.ts'
import {mapPatch} from './three-way.ts'

export interface ApplyContext {
  readonly client: ApiClient
  readonly io: Io
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly fieldValidation: string
  readonly overwrite: boolean
  readonly force: boolean
  readonly openapiPatch: boolean
  /** Saying whether anything changed is left out where the object itself is printed. */
  readonly program: string
}

export interface Applied {
  readonly object: Obj
  readonly operation: 'created' | 'configured' | 'unchanged'
}

const MOST_CONFLICTS = 5

const readLive = async (client: ApiClient, info: Info): Promise<Obj | undefined> => {
  try {
    if (info.name === '') throw new Error('resource name may not be empty')
    return await getJson<Obj>(client, pathOf(info.resource, info))
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

const missingAnnotation = ({resource, name}: Info, program: string): string =>
  `Warning: resource ${resource.plural}/${name} is missing the ${lastAppliedKey} annotation which is required by ${program} apply. ${program} apply should only be used on resources created declaratively by either ${program} create --save-config or ${program} apply. The missing annotation will be patched automatically.\n`

const parsed = (text: string): unknown => (text === '' ? {} : parseBigJson(text))

const recreate = async (context: ApplyContext, info: Info, object: Obj): Promise<Obj> => {
  const {client} = context
  await deleteObject(client, info, {propagation: 'Background'})
  await waitUntilGone(client, info, '', 0)
  return createObject(client, info, object, context)
}

export const applyOne = async (context: ApplyContext, info: Info): Promise<Applied> => {
  const {client, io, dryRun} = context
  if (info.name === '' && textAt(info.object, 'metadata', 'generateName') !== '')
    throw new Error(`from ${textAt(info.object, 'metadata', 'generateName')}: cannot use generate name with apply`)
  const modified = withLastApplied(info.object)
  let live: Obj | undefined
  try {
    live = await readLive(client, info)
  } catch (error) {
    throw retrieving(error, info)
  }
  if (!live) {
    if (dryRun === 'client') return {object: modified, operation: 'created'}
    try {
      return {object: await createObject(client, info, modified, context), operation: 'created'}
    } catch (error) {
      throw addContext(error, 'creating', info.source)
    }
  }
  if (lastAppliedOf(live) === '') io.err(missingAnnotation(info, context.program))
  const strategic = builtInByKind(info.resource.group, info.resource.version, info.resource.kind) !== undefined
  for (let attempt = 1; ; attempt++) {
    const patch = mapPatch({original: parsed(lastAppliedOf(live)), modified, live}, strategic)
    if (Object.keys(patch).length === 0) return {object: live, operation: 'unchanged'}
    try {
      const object = await patchObject(client, info, strategic ? 'strategic' : 'merge', patch, {
        ...context,
        dryRun: dryRun === 'none' ? 'none' : 'server',
        force: undefined,
      })
      return {object, operation: 'configured'}
    } catch (error) {
      if (hasReason(error, 'Conflict') && attempt < MOST_CONFLICTS) {
        live = await getJson<Obj>(client, pathOf(info.resource, info))
        continue
      }
      if (context.force && hasReason(error, 'Conflict', 'Invalid'))
        return {object: await recreate(context, info, modified), operation: 'configured'}
      throw patchFailure(error, info, patch)
    }
  }
}

const patchFailure = (error: unknown, info: Info, patch: Obj): unknown => {
  if (!(error instanceof ApiError)) return error
  const file = JSON.stringify(info.source)
  return withContext(
    error,
    `error when applying patch:\n${compactJson(patch)}\nto:\n${described(info)}\nfor: ${file}: error when patching ${file}: `,
  )
}

export const retrieving = (error: unknown, info: Info): unknown =>
  withContext(
    error,
    `error when retrieving current configuration of:\n${described(info)}\nfrom server for: ${JSON.stringify(info.source)}: `,
  )

/** The object as messages about it show it. */
const described = ({resource: {group, version, plural, kind}, name, namespace}: Info): string =>
  `Resource: ${JSON.stringify(`${group}/${version}, Resource=${plural}`)}, GroupVersionKind: ${JSON.stringify(`${group}/${version}, Kind=${kind}`)}\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`
