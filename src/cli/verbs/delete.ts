import type {flags} from '../commands/delete.ts'
import type {Connection} from '../connection/connection.ts'
import {type DryRun, dryRunOf, withDryRun} from '../dry-run.ts'
import {gather, type Info, missingResource, typeName} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {namePrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {sendText} from '../request.ts'
import {Failure} from '../usage-mistake.ts'
import {waitUntilGone} from '../watch/gone.ts'
import {addContext, deleteObject} from '../write-object.ts'

type Delete = Invocation<typeof flags>

export interface DeletePlan {
  readonly cascade: 'Background' | 'Foreground' | 'Orphan'
  readonly gracePeriod: number | undefined
  readonly force: boolean
  readonly wait: boolean
  readonly timeoutMs: number
  readonly ignoreNotFound: boolean
  readonly dryRun: DryRun
  readonly nameOnly: boolean
  readonly quiet?: boolean | undefined
}

export const cascadeOf = (value: string, io: Invocation['io']): DeletePlan['cascade'] => {
  const old: Record<string, string> = {true: 'background', false: 'orphan'}
  const replacement = old[value.toLowerCase()]
  if (replacement)
    io.err(
      `warning: --cascade=${value} is deprecated (boolean value) and can be replaced with --cascade=${replacement}.\n`,
    )
  switch (replacement ?? value) {
    case 'background':
      return 'Background'
    case 'foreground':
      return 'Foreground'
    case 'orphan':
      return 'Orphan'
    default:
      throw new Error(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`)
  }
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'reason' in error && error.reason === 'NotFound'

const announce = ({resource, name, namespace}: Info, plan: DeletePlan): string => {
  const operation = withDryRun(
    `${plan.force && plan.gracePeriod === 0 ? 'force ' : ''}deleted${namespace === '' ? '' : ` from ${namespace} namespace`}`,
    plan.dryRun,
  )
  return `${typeName(resource)} ${JSON.stringify(name)} ${operation}\n`
}

/** Deletes each, then waits until all are gone. */
export const deleteInfos = async (
  infos: readonly Info[],
  plan: DeletePlan,
  {client}: Connection,
  io: Invocation['io'],
): Promise<{readonly deleted: number; readonly errors: unknown[]}> => {
  const errors: unknown[] = []
  const gone: {info: Info; uid: string}[] = []
  let deleted = 0
  for (const info of infos)
    try {
      let uid = ''
      if (plan.dryRun !== 'client') {
        const answer = await deleteObject(client, info, {
          dryRun: plan.dryRun,
          gracePeriod: plan.gracePeriod,
          propagation: plan.cascade,
        })
        const {details, metadata} = answer as {details?: {uid?: string}; metadata?: {uid?: string}}
        uid = details?.uid ?? metadata?.uid ?? ''
      }
      deleted++
      if (!plan.quiet)
        io.out(
          plan.nameOnly
            ? namePrinter()({
                ...info.object,
                apiVersion:
                  info.resource.group === ''
                    ? info.resource.version
                    : `${info.resource.group}/${info.resource.version}`,
                kind: info.resource.kind,
                metadata: {name: info.name},
              })
            : announce(info, plan),
        )
      gone.push({info, uid})
    } catch (error) {
      if (plan.ignoreNotFound && isNotFound(error)) continue
      errors.push(addContext(error, 'deleting', info.source))
    }
  if (plan.wait && plan.dryRun === 'none')
    for (const {info, uid} of gone)
      try {
        await waitUntilGone(client, info, uid, plan.timeoutMs)
      } catch (error) {
        errors.push(error)
      }
  return {deleted, errors}
}

const deleteRaw = async (invocation: Delete): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  io.out(await sendText(client, own.raw, {method: 'DELETE'}))
}

const confirmed = (invocation: Delete, infos: readonly Info[]): boolean => {
  const {io} = invocation
  io.out(`You are about to delete the following ${infos.length} resource(s):\n`)
  for (const {resource, name} of infos) io.out(`${typeName(resource)}/${name}\n`)
  io.out('Do you want to continue? (y/N): ')
  if (io.readWord().toLowerCase() === 'y') return true
  io.out('deletion is cancelled\n')
  return false
}

const planOf = (invocation: Delete, hasFiles: boolean): DeletePlan => {
  const {flags: own, io, given} = invocation
  if (own.now && own['grace-period'] !== -1) throw new Error('--now and --grace-period cannot be specified together')
  const dryRun = dryRunOf(own['dry-run'])
  const cascade = cascadeOf(own.cascade, io)
  let gracePeriod = own.now ? 1 : own['grace-period'] < 0 ? undefined : own['grace-period']
  if (own['grace-period'] === 0 && !own.force) gracePeriod = 1
  if (own.force && own['grace-period'] < 0) gracePeriod = 0
  if (own.force && own['grace-period'] > 0)
    throw new Error('--force and --grace-period greater than 0 cannot be specified together')
  if (own.force && gracePeriod === 0)
    io.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    )
  if (own.output !== '' && own.output !== 'name')
    throw new Error(`unexpected -o output mode: ${own.output}. We only support '-o name'`)
  const waits = own.wait && !(own.force && gracePeriod === 0 && !given('wait'))
  return {
    cascade,
    gracePeriod,
    force: own.force,
    wait: waits,
    timeoutMs: own.timeout,
    ignoreNotFound:
      own['ignore-not-found'] ||
      (!given('ignore-not-found') && !hasFiles && (own.all || own.selector !== '' || own['field-selector'] !== '')),
    dryRun,
    nameOnly: own.output === 'name',
  }
}

export const deleteVerb = async (invocation: Delete): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (own.raw !== '') return deleteRaw(invocation)
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  const plan = planOf(invocation, hasFiles)
  if (args.length === 0 && !hasFiles) throw new Failure(`error: ${missingResource}`)
  const {infos, errors} = await gatherToDelete(invocation, hasFiles)
  if (errors.length > 0 && infos.length === 0) throw together(errors)
  if (own.interactive && infos.length > 0 && plan.dryRun !== 'client' && !confirmed(invocation, infos)) return
  const done = await deleteInfos(infos, plan, await connect(), io)
  const all = [...errors, ...done.errors]
  if (all.length > 0) throw together(all)
  if (infos.length === 0 && !(hasFiles || own['ignore-not-found'])) io.out('No resources found\n')
}

const gatherToDelete = async (invocation: Delete, hasFiles: boolean): Promise<{infos: Info[]; errors: unknown[]}> => {
  const {flags: own, args, io, connect} = invocation
  const options = {
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    selector: own.selector,
    fieldSelector: own['field-selector'],
    selectAll: own.all,
    allNamespaces: own['all-namespaces'],
  }
  const bySelector = own.all || own.selector !== '' || own['field-selector'] !== ''
  if (hasFiles || bySelector) return gather(options)
  // Names need not be read first: the server says which are not there.
  const {select} = await import('../input/select.ts')
  const {wanted} = await select(options)
  return {
    infos: wanted.flatMap((one) => (one.kind === 'named' ? [{...one, object: {}, source: ''}] : [])),
    errors: [],
  }
}
