import {ApiError} from '../../api/errors.ts'
import {deepEqual} from '../../api/meta/equal.ts'
import {mapPatch, mergeDifference} from '../apply/three-way.ts'
import type {flags} from '../commands/edit.ts'
import {editObjects, type Outcome} from '../edit/session.ts'
import type {Complaint, EditFormat} from '../edit/text.ts'
import {gather, type Info, missingResource} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {withLastApplied} from '../last-applied.ts'
import {at, isMap, nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import {createPrinter, namePrinter, unknownFormat} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {builtInByKind} from '../resources/built-in.ts'
import {Failure} from '../usage-mistake.ts'
import {fieldValidationOf} from '../validation.ts'
import {patchObject} from '../write-object.ts'

type Edit = Invocation<typeof flags>
type Print = (object: Obj, operation: string) => string

const formats = ['json', 'kyaml', 'yaml'] as const

const isFormat = (text: string): text is EditFormat => formats.some((format) => format === text)

export const formatOf = (output: string): EditFormat => {
  if (output === '') return 'yaml'
  if (isFormat(output)) return output
  throw unknownFormat(output, formats)
}

/** What people look at has no managedFields. */
const withoutManagedFields = (object: Obj): Obj => {
  if (!isMap(object.metadata)) return object
  const {managedFields: _, ...metadata} = object.metadata
  return {...object, metadata}
}

const withManagedFieldsOf = (live: Obj, edited: Obj): Obj => {
  const managedFields = at(live, 'metadata', 'managedFields')
  if (managedFields === undefined || !isMap(edited.metadata)) return edited
  return {...edited, metadata: {...edited.metadata, managedFields}}
}

export const describeInfo = ({resource, name}: Pick<Info, 'resource' | 'name'>): string =>
  `${resource.plural}${resource.group === '' ? '' : `.${resource.group}`} ${JSON.stringify(name)}`

const printerOf = async ({flags: own, io}: Edit): Promise<Print> => {
  if (own.output === '') return (object, operation) => namePrinter(operation)(object)
  const print = await createPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  return (object) => print(object)
}

const patchFor = ({resource}: Info, before: Obj, after: Obj) => {
  if (['apiVersion', 'kind'].some((field) => before[field] !== after[field]) || nameOf(before) !== nameOf(after))
    throw new Error('At least one of apiVersion, kind and name was changed')
  return builtInByKind(resource.group, resource.version, resource.kind) !== undefined
    ? {type: 'strategic' as const, patch: mapPatch({original: before, modified: after, live: before}, true)}
    : {type: 'merge' as const, patch: mergeDifference(before, after)}
}

interface Refusal {
  readonly text: string
  readonly complaint?: Complaint
  readonly kind: 'invalid' | 'gone' | 'other'
}

const refusalOf = (error: unknown, info: Info): Refusal => {
  const about = describeInfo(info)
  if (!(error instanceof ApiError)) throw error
  if (error.reason === 'Invalid') {
    const causes = (error.details?.causes ?? []).map(({field, message}) => `${field}: ${message}`)
    return {text: `${about} is invalid`, complaint: {head: `${about} was not valid`, causes}, kind: 'invalid'}
  }
  if (error.reason === 'NotFound') return {text: `${about} could not be found on the server`, kind: 'gone'}
  return {text: `${about} could not be patched: ${error.message}`, kind: 'other'}
}

const requireNamespace = (objects: readonly Obj[], namespace: string): void => {
  const other = objects.map(namespaceOf).find((own) => own !== '' && own !== namespace)
  if (other !== undefined)
    throw new Error(
      `the namespace from the provided object ${JSON.stringify(other)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${other}' to perform this operation.`,
    )
}

const saver = (invocation: Edit, infos: readonly Info[], print: Print) => {
  const {flags: own, io, connect} = invocation
  const infoOf = (edited: Obj): Info => {
    const uid = textAt(edited, 'metadata', 'uid')
    const found = infos.find(({object}) => textAt(object, 'metadata', 'uid') === uid)
    if (!found) throw new Error(`no original object found for ${compactJson(edited)}`)
    return found
  }
  const sendOne = async (shown: Obj): Promise<Refusal | undefined> => {
    const info = infoOf(shown)
    const before = info.object
    const whole = withManagedFieldsOf(before, shown)
    const after = own['save-config'] ? withLastApplied(whole) : whole
    if (deepEqual(before, after)) {
      io.out(print(before, 'skipped'))
      return undefined
    }
    const {type, patch} = patchFor(info, before, after)
    if (own['output-patch']) io.out(`Patch: ${compactJson(patch)}\n`)
    const {client} = await connect()
    try {
      const patched = await patchObject(client, info, type, patch, {
        fieldManager: own['field-manager'],
        fieldValidation: fieldValidationOf(own.validate),
        subresource: own.subresource,
      })
      io.out(print(patched, 'edited'))
      return undefined
    } catch (error) {
      const refusal = refusalOf(error, info)
      io.err(`error: ${refusal.text}\n`)
      return refusal
    }
  }
  return async (edited: readonly Obj[]): Promise<Outcome> => {
    requireNamespace(edited, (await connect()).namespace)
    const refusals: Refusal[] = []
    for (const object of edited) {
      const refusal = await sendOne(object)
      if (refusal) refusals.push(refusal)
    }
    return {
      complaints: refusals.flatMap(({complaint}) => complaint ?? []),
      isRetryable: refusals.some(({kind}) => kind === 'other'),
      isGone: refusals.some(({kind}) => kind === 'gone'),
    }
  }
}

export const edit = async (invocation: Edit): Promise<void> => {
  const {flags: own, args, io, connect, program} = invocation
  const format = formatOf(own.output)
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
  if (errors.length > 0) throw together(errors)
  const [first] = infos
  if (!first) throw new Error('edit cancelled, no objects found')
  await editObjects({
    io,
    program,
    subject: 'object',
    format,
    windowsLines: own['windows-line-endings'],
    validates: fieldValidationOf(own.validate) !== 'Ignore',
    objects: infos.map(({object}) => withoutManagedFields(object)),
    about: describeInfo(first),
    save: saver(invocation, infos, await printerOf(invocation)),
  })
}
