import {hasReason} from '../../api/errors.ts'
import {deepEqual} from '../../api/meta/equal.ts'
import type {flags} from '../commands/undo.ts'
import {dryRunOf, withDryRun} from '../dry-run.ts'
import {type Version, versionAt, versionsOf} from '../history/versions.ts'
import {fetchObject, type Info, missingResource, select, typeName} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {isMap, type Obj, textAt} from '../objects.ts'
import {namePrinter} from '../output/printer.ts'
import {Failure} from '../usage-mistake.ts'
import {createObject, replaceObject} from '../write-object.ts'

type Undo = Invocation<typeof flags>

/** What a person wrote: without status and what the server keeps. */
const intent = (object: Obj | undefined): Obj => {
  const {status: _, metadata, ...rest} = object ?? {}
  const {labels, annotations, finalizers} = isMap(metadata) ? metadata : {}
  return {...rest, metadata: {labels, annotations, finalizers}}
}

const chosen = (
  versions: readonly Version[],
  own: Undo['flags'],
  nowMs: number,
  isGone: boolean,
): Version | undefined => {
  const live = versions.filter(({object}) => object !== undefined)
  if (own.to !== '') return versionAt(live, own.to, nowMs)
  if (isGone) return live[0]
  const current = intent(live[0]?.object)
  return live.find(({object}) => !deepEqual(intent(object), current))
}

const cleaned = (object: Obj, resourceVersion: string): Obj => {
  const copy = structuredClone(object)
  const {
    uid: _,
    creationTimestamp: __,
    managedFields: ___,
    generation: ____,
    deletionTimestamp: _____,
    deletionGracePeriodSeconds: ______,
    ownerReferences,
    ...metadata
  } = copy.metadata as Obj
  delete metadata.resourceVersion
  copy.metadata = {
    ...metadata,
    ...(ownerReferences ? {ownerReferences} : {}),
    ...(resourceVersion === '' ? {} : {resourceVersion}),
  }
  delete copy.status
  return copy
}

const undoOne = async (invocation: Undo, info: Pick<Info, 'resource' | 'namespace' | 'name'>): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const {client} = await connect()
  const current = await fetchObject({connect}, info).catch((error: unknown) => {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  })
  const versions = await versionsOf(client, info)
  const version = chosen(versions, own, io.now(), current === undefined)
  if (!version?.object)
    throw new Error(`no earlier version of ${typeName(info.resource)} ${JSON.stringify(info.name)} is kept`)
  const wanted = cleaned(version.object, current ? textAt(current, 'metadata', 'resourceVersion') : '')
  if (dryRun !== 'client') {
    const parameters = {dryRun, fieldManager: 'mini-undo'}
    if (current) await replaceObject(client, info, wanted, parameters)
    else await createObject(client, info, wanted, parameters)
  }
  io.out(
    namePrinter(withDryRun(current ? `back at revision ${version.resourceVersion}` : 'brought back', dryRun))(wanted),
  )
}

export const undo = async (invocation: Undo): Promise<void> => {
  const {args, io, connect} = invocation
  if (args.length === 0) throw new Failure(`error: ${missingResource}`)
  const {wanted} = await select({io, connect, args})
  for (const one of wanted) if (one.kind === 'named') await undoOne(invocation, one)
}
