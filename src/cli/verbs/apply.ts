import {hasReason} from '../../api/errors.ts'
import {type Applied, type ApplyContext, applyOne} from '../apply/apply-one.ts'
import {migrateManagers} from '../apply/migrate-managers.ts'
import {checkAllowlist, findPrunable, prunableTypes, warnOfDefaults} from '../apply/prune.ts'
import {recordCause} from '../change-cause.ts'
import type {flags} from '../commands/apply.ts'
import type {Connection} from '../connection/connection.ts'
import {dryRunOf, withDryRun} from '../dry-run.ts'
import {gather, type Info} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {type Obj, textAt} from '../objects.ts'
import {createPrinter, hasFormat, namePrinter, type Printer} from '../output/printer.ts'
import {Several, together} from '../report-error.ts'
import type {Mapper} from '../resources/mapper.ts'
import {fieldValidationOf} from '../validation.ts'
import {addContext, patchObject} from '../write-object.ts'
import {matchesLabels, requireFiles} from './create.ts'
import {cascadeOf, deleteInfos} from './delete.ts'

type Apply = Invocation<typeof flags>

const check = (invocation: Apply): void => {
  const {flags: own, args} = invocation
  if (args.length > 0) throw usageMistake(invocation, `Unexpected args: [${args.join(' ')}]`)
  requireFiles(own)
  if (own['force-conflicts'] && !own['server-side']) throw new Error('--force-conflicts only works with --server-side')
  if (own['dry-run'] === 'client' && own['server-side'])
    throw new Error("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
  if (own.force && own['server-side']) throw new Error('--force cannot be used with --server-side')
  if (own.force && own['dry-run'] === 'server') throw new Error('--dry-run=server cannot be used with --force')
  if (own.all && own.selector !== '') throw new Error('cannot set --all and --selector at the same time')
  if (own.prune && !own.all && own.selector === '')
    throw new Error(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    )
  checkAllowlist(own['prune-allowlist'])
  if (own.subresource !== '' && !own['server-side'])
    throw new Error('--subresource can only be specified for --server-side')
  cascadeOf(own.cascade, invocation.io)
}

const conflictAdvice = (message: string): Error =>
  new Error(`${message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`)

const applyServerSide = async (invocation: Apply, context: ApplyContext, info: Info): Promise<Obj> => {
  const {flags: own, given} = invocation
  const parameters = {
    dryRun: context.dryRun,
    fieldManager: given('field-manager') ? own['field-manager'] : 'kubectl',
    fieldValidation: context.fieldValidation,
    force: own['force-conflicts'],
    subresource: own.subresource,
  }
  const send = (): Promise<Obj> => patchObject(context.client, info, 'apply', info.object, parameters)
  try {
    const applied = await send()
    const {client, io} = context
    return await migrateManagers(applied, {client, info, parameters, reapply: send, warn: (text) => io.err(text)})
  } catch (error) {
    if (hasReason(error, 'Conflict')) throw conflictAdvice(error.message)
    throw addContext(error, 'applying patch for', '')
  }
}

interface Output {
  readonly show: (object: Obj, operation: string) => void
  readonly finish: () => void
}

/** Names come as they are done; objects are printed together, as a List where there are several. */
const createOutput = async (invocation: Apply): Promise<Output> => {
  const {flags: own, io} = invocation
  let print: Printer | undefined
  if (hasFormat(own))
    print = await createPrinter({
      io,
      output: own.output,
      template: own.template,
      allowMissing: own['allow-missing-template-keys'],
      showManagedFields: own['show-managed-fields'],
    })
  const isName = own.output === 'name'
  const objects: Obj[] = []
  return {
    show(object, operation) {
      if (!print) io.out(namePrinter(operation)(object))
      else if (isName) io.out(print(object))
      else objects.push(object)
    },
    finish() {
      const [first] = objects
      if (!print || !first) return
      io.out(print(objects.length === 1 ? first : {apiVersion: 'v1', kind: 'List', metadata: {}, items: objects}))
    },
  }
}

const prune = async (
  invocation: Apply,
  connection: Connection,
  mapper: Mapper,
  applied: readonly Obj[],
  infos: readonly Info[],
  output: Output,
): Promise<void> => {
  const {flags: own, io} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  if (own['prune-allowlist'].length === 0) warnOfDefaults(io)
  const namespaces = new Set(infos.filter(({resource}) => resource.namespaced).map(({namespace}) => namespace))
  const prunable = await findPrunable(connection, mapper, {
    allowlist: own['prune-allowlist'],
    selector: own.selector,
    namespaces,
    kept: new Set(applied.map((object) => textAt(object, 'metadata', 'uid'))),
  })
  for (const info of prunable) {
    const {errors} = await deleteInfos(
      [info],
      {
        cascade: cascadeOf(own.cascade, io),
        gracePeriod: own['grace-period'] < 0 ? undefined : own['grace-period'],
        force: false,
        wait: own.wait,
        timeoutMs: own.timeout,
        ignoreNotFound: true,
        dryRun,
        nameOnly: false,
        quiet: true,
      },
      connection,
      io,
    )
    if (errors.length > 0) throw together(errors)
    output.show(info.object, withDryRun('pruned', dryRun))
  }
}

export const apply = async (invocation: Apply): Promise<void> => {
  const {flags: own, io, connect} = invocation
  check(invocation)
  const dryRun = dryRunOf(own['dry-run'])
  const fieldValidation = fieldValidationOf(own.validate)
  const {infos, errors, mapper} = await gather({
    io,
    connect,
    args: [],
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    validate: fieldValidation,
  })
  const connection = await connect()
  if (own.prune) await prunableTypes(mapper, own['prune-allowlist'])
  const context: ApplyContext = {
    client: connection.client,
    io,
    dryRun,
    fieldManager: own['field-manager'],
    fieldValidation,
    overwrite: own.overwrite,
    force: own.force,
    openapiPatch: own['openapi-patch'],
    program: 'kubectl',
  }
  const output = await createOutput(invocation)
  // What could not be read is one failure among those of the objects.
  const failed: unknown[] = errors.length > 1 ? [new Several(errors)] : [...errors]
  const applied: Obj[] = []
  const wanted = infos.filter((info) => own.selector === '' || matchesLabels(info.object, own.selector))
  for (const info of wanted)
    try {
      recordCause(info.object, invocation)
      const done: Applied | {object: Obj; operation: 'serverside-applied'} = own['server-side']
        ? {object: await applyServerSide(invocation, context, info), operation: 'serverside-applied'}
        : await applyOne(context, info)
      applied.push(done.object)
      output.show(done.object, withDryRun(done.operation, dryRun))
    } catch (error) {
      failed.push(error)
    }
  output.finish()
  if (failed.length === 0 && wanted.length === 0) throw new Error('no objects passed to apply')
  if (own.prune && failed.length === 0) await prune(invocation, connection, mapper, applied, wanted, output)
  if (failed.length > 0) throw failed.length === 1 ? failed[0] : new Several(failed)
}
