import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {flags} from '../commands/replace.ts'
import {dryRunOf, withDryRun} from '../dry-run.ts'
import {readSources} from '../input/files.ts'
import {gather, type Info} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {savedConfig} from '../last-applied.ts'
import {type Obj, textAt} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {getJson, sendText} from '../request.ts'
import {fieldValidationOf} from '../validation.ts'
import {waitUntilGone} from '../watch/gone.ts'
import {addContext, createObject, replaceObject} from '../write-object.ts'
import {requireFiles} from './create.ts'
import {cascadeOf, deleteInfos} from './delete.ts'

type Replace = Invocation<typeof flags>

const check = (invocation: Replace): void => {
  const {flags: own} = invocation
  if (own['grace-period'] >= 0 && !own.force) throw new Error('--grace-period must have --force specified')
  if (own.timeout !== 0 && !own.force) throw new Error('--timeout must have --force specified')
  requireFiles(own)
  cascadeOf(own.cascade, invocation.io)
  if (own.force && own['dry-run'] !== 'none') throw new Error('--dry-run can not be used when --force is set')
}

/** A file without a version means whatever version there is. */
const withVersion = async (client: ApiClient, info: Info, object: Obj): Promise<Obj> => {
  if (textAt(object, 'metadata', 'resourceVersion') !== '') return object
  try {
    const live = await getJson<Obj>(client, pathOf(info.resource, info))
    return {
      ...object,
      metadata: {...(object.metadata as Obj), resourceVersion: textAt(live, 'metadata', 'resourceVersion')},
    }
  } catch (error) {
    if (hasReason(error, 'NotFound')) return object
    throw error
  }
}

const removeFirst = async (invocation: Replace, infos: readonly Info[]): Promise<unknown[]> => {
  const {flags: own, io, connect} = invocation
  const connection = await connect()
  const {errors} = await deleteInfos(
    infos,
    {
      cascade: cascadeOf(own.cascade, io),
      gracePeriod: own['grace-period'] < 0 ? undefined : own['grace-period'],
      force: false,
      wait: false,
      timeoutMs: own.timeout,
      ignoreNotFound: true,
      dryRun: 'none',
      nameOnly: own.output === 'name',
    },
    connection,
    io,
  )
  for (const info of infos) await waitUntilGone(connection.client, info, '', own.timeout || 300_000)
  return errors
}

export const replace = async (invocation: Replace): Promise<void> => {
  const {flags: own, io, connect} = invocation
  if (own.raw !== '') {
    if (own.filename.length !== 1) throw usageMistake(invocation, '--raw can only use a single local file or stdin')
    const [source] = await readSources(io, own.filename, false)
    io.out(await sendText((await connect()).client, own.raw, {method: 'PUT', body: source?.text ?? ''}))
    return
  }
  check(invocation)
  const dryRun = dryRunOf(own['dry-run'])
  const fieldValidation = fieldValidationOf(own.validate)
  const {infos, errors} = await gather({
    io,
    connect,
    args: [],
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    validate: fieldValidation,
  })
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const failed = [...errors]
  if (own.force && infos.length > 0) failed.push(...(await removeFirst(invocation, infos)))
  for (const info of infos)
    try {
      const parameters = {dryRun, fieldManager: own['field-manager'], fieldValidation, subresource: own.subresource}
      const object = savedConfig(info.object, own['save-config'])
      if (dryRun === 'client') {
        io.out(print(object, withDryRun('replaced', dryRun)))
        continue
      }
      const {client} = await connect()
      const done = own.force
        ? await createObject(client, info, object, parameters)
        : await replaceObject(client, info, await withVersion(client, info, object), parameters)
      io.out(print(done, withDryRun('replaced', dryRun)))
    } catch (error) {
      failed.push(addContext(error, 'replacing', info.source))
    }
  if (failed.length > 0) throw together(failed)
  if (infos.length === 0) throw new Error('no objects passed to replace')
}
