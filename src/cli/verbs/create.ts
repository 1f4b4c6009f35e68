import {labelSelector} from '../../api/meta/label-selector.ts'
import {recordCause} from '../change-cause.ts'
import type {flags} from '../commands/create.ts'
import {dryRunOf, withDryRun} from '../dry-run.ts'
import {readSources} from '../input/files.ts'
import {gather} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {parseLabelSelector} from '../label-selector.ts'
import {savedConfig} from '../last-applied.ts'
import {type Obj, stringsAt} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {sendText} from '../request.ts'
import {fieldValidationOf} from '../validation.ts'
import {addContext, createObject} from '../write-object.ts'

type Create = Invocation<typeof flags>

const createRaw = async (invocation: Create): Promise<void> => {
  const {flags: own, io, connect} = invocation
  if (own.filename.length !== 1) throw usageMistake(invocation, '--raw can only use a single local file or stdin')
  const [source] = await readSources(io, own.filename, false)
  const {client} = await connect()
  io.out(await sendText(client, own.raw, {method: 'POST', body: source?.text ?? ''}))
}

/** -f or -k, one of them. */
export const requireFiles = (own: {readonly filename: readonly string[]; readonly kustomize: string}): void => {
  if (own.filename.length === 0 && own.kustomize === '') throw new Error('must specify one of -f and -k')
  if (own.filename.length > 0 && own.kustomize !== '') throw new Error('only one of -f or -k can be specified')
}

export const create = async (invocation: Create): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length > 0) throw usageMistake(invocation, `Unexpected args: [${args.join(' ')}]`)
  requireFiles(own)
  if (own.raw !== '') return createRaw(invocation)
  if (own.edit) return (await import('./create-edit.ts')).createEdited(invocation)
  const dryRun = dryRunOf(own['dry-run'])
  const fieldValidation = fieldValidationOf(own.validate)
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const {infos, errors} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    validate: fieldValidation,
  })
  const failed = [...errors]
  const wanted = infos.filter((info) => own.selector === '' || matchesLabels(info.object, own.selector))
  for (const info of wanted)
    try {
      recordCause(info.object, invocation)
      let object = savedConfig(info.object, own['save-config'])
      if (dryRun !== 'client')
        object = await createObject((await connect()).client, info, object, {
          dryRun,
          fieldManager: own['field-manager'],
          fieldValidation,
        })
      io.out(print(object, withDryRun('created', dryRun)))
    } catch (error) {
      failed.push(addContext(error, 'creating', info.source))
    }
  if (failed.length > 0) throw together(failed)
  if (wanted.length === 0) throw new Error('no objects passed to create')
}

export const matchesLabels = (object: Obj, selector: string): boolean =>
  labelSelector(parseLabelSelector(selector) as Parameters<typeof labelSelector>[0])(
    stringsAt(object, 'metadata', 'labels'),
  )
