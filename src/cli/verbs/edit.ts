import {mapPatch, mergeDifference} from '../apply/three-way.ts'
import type {flags} from '../commands/edit.ts'
import {editObject} from '../edit/session.ts'
import {gather, type Info, missingResource} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {lastAppliedKey, lastAppliedOf, withLastApplied} from '../last-applied.ts'
import {at, copyOf, ensureMap, isMap, nameOf, type Obj, textAt} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import {createPrinter, namePrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {builtInByKind} from '../resources/built-in.ts'
import {Failure} from '../usage-mistake.ts'
import {fieldValidationOf} from '../validation.ts'
import {patchObject} from '../write-object.ts'

type Edit = Invocation<typeof flags>

export class IdentityChanged extends Error {
  override readonly name = 'IdentityChanged'
}

/** What people look at has no managedFields. */
export const shownObject = (object: Obj, keepManagedFields: boolean): Obj => {
  if (keepManagedFields || !isMap(object.metadata)) return object
  const {managedFields: _, ...metadata} = object.metadata
  return {...object, metadata}
}

export const checkIdentity = (before: Obj, after: Obj): void => {
  if (before.apiVersion !== after.apiVersion || before.kind !== after.kind || nameOf(before) !== nameOf(after))
    throw new IdentityChanged('At least one of apiVersion, kind and name was changed')
}

/** The annotation is made of all the object, what the editor did not show included. */
const savedOver = (live: Obj, edited: Obj): Obj => {
  const managedFields = at(live, 'metadata', 'managedFields')
  const whole = {...edited, metadata: {...(edited.metadata as Obj), ...(managedFields ? {managedFields} : {})}}
  const annotation = lastAppliedOf(withLastApplied(whole))
  const saved = copyOf(edited)
  ensureMap(saved, 'metadata', 'annotations')[lastAppliedKey] = annotation
  return saved
}

const sendChange = async (invocation: Edit, info: Info, before: Obj, edited: Obj): Promise<string> => {
  const {flags: own, io, connect} = invocation
  checkIdentity(before, edited)
  const saved =
    own['save-config'] ||
    textAt(edited, 'metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration') !== ''
      ? savedOver(info.object, edited)
      : edited
  const strategic = builtInByKind(info.resource.group, info.resource.version, info.resource.kind) !== undefined
  const patch = strategic
    ? mapPatch({original: before, modified: saved, live: before}, true)
    : mergeDifference(before, saved)
  if (own['output-patch']) io.out(`Patch: ${compactJson(patch)}\n`)
  const {client} = await connect()
  const after = await patchObject(client, info, strategic ? 'strategic' : 'merge', patch, {
    fieldManager: own['field-manager'],
    fieldValidation: fieldValidationOf(own.validate),
    subresource: own.subresource,
  })
  if (own.output === '') return namePrinter('edited')(after)
  const print = await createPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  return print(after)
}

export const edit = async (invocation: Edit): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0 && own.filename.length === 0 && own.kustomize === '')
    throw new Failure(`error: ${missingResource}`)
  const {infos, errors} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    listTypes: true,
    latest: true,
    subresource: own.subresource || undefined,
  })
  if (errors.length > 0 && infos.length === 0) throw together(errors)
  if (infos.length === 0) io.err('edit cancelled, no objects found\n')
  for (const info of infos) {
    const before = shownObject(info.object, own['show-managed-fields'])
    const text = await editObject(before, {
      io,
      format: own.output === 'json' ? 'json' : 'yaml',
      save: (edited) => sendChange(invocation, info, before, edited),
      fatal: (error) => error instanceof IdentityChanged,
    })
    if (text !== undefined) io.out(text)
  }
  if (errors.length > 0) throw together(errors)
}
