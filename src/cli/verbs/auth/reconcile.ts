import {hasReason} from '../../../api/errors.ts'
import type {ApiClient} from '../../../client/contract.ts'
import type {flags} from '../../commands/auth/reconcile.ts'
import {dryRunOf, withDryRun} from '../../dry-run.ts'
import {fetchObject, gather, type Info} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {listAt, type Obj, textAt} from '../../objects.ts'
import {createResultPrinter} from '../../output/printer.ts'
import {type Change, ruleLine, ruleOf, sameSubject, subjectLine} from '../../rbac/changes.ts'
import {missingFrom} from '../../rbac/rules.ts'
import {together} from '../../report-error.ts'
import {createObject, deleteObject, replaceObject, type WriteParameters} from '../../write-object.ts'

type Reconcile = Invocation<typeof flags>

const isBinding = (kind: string): boolean => kind.endsWith('RoleBinding')
const known = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'])

const roleChange = (live: Obj | undefined, wanted: Obj, removes: boolean): Change => {
  const have = listAt(live, 'rules').map(ruleOf)
  const want = listAt(wanted, 'rules').map(ruleOf)
  const missing = live ? missingFrom(have, want) : want
  const extra = missingFrom(want, have)
  const rules =
    removes && extra.length > 0 ? listAt(wanted, 'rules') : [...listAt(live, 'rules'), ...missing.map(sparse)]
  return {
    object: live ? {...live, rules} : wanted,
    operation: !live ? 'create' : missing.length > 0 || (removes && extra.length > 0) ? 'update' : 'none',
    added: {what: 'rules', lines: missing.map(ruleLine)},
    removed: {what: 'rules', lines: live ? extra.map(ruleLine) : []},
    removes,
  }
}

/** Without what is empty, as a file would have it. */
const sparse = (rule: object): Obj =>
  Object.fromEntries(Object.entries(rule).filter(([, values]) => (values as readonly string[]).length > 0))

const bindingChange = (live: Obj | undefined, wanted: Obj, removes: boolean): Change => {
  const have = listAt(live, 'subjects')
  const want = listAt(wanted, 'subjects')
  const missing = want.filter((one) => !have.some((other) => sameSubject(one, other)))
  const extra = have.filter((one) => !want.some((other) => sameSubject(one, other)))
  const otherRole = live !== undefined && JSON.stringify(live.roleRef) !== JSON.stringify(wanted.roleRef)
  const subjects = removes ? want : [...have, ...missing]
  return {
    object: live && !otherRole ? {...live, subjects} : {...wanted, ...(live ? {subjects} : {})},
    operation: !live
      ? 'create'
      : otherRole
        ? 'recreate'
        : missing.length > 0 || (removes && extra.length > 0)
          ? 'update'
          : 'none',
    added: {what: 'subjects', lines: missing.map(subjectLine)},
    removed: {what: 'subjects', lines: live ? extra.map(subjectLine) : []},
    removes,
  }
}

const report = ({operation, added, removed, removes}: Change): string => {
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join('')}`
  const head = operation === 'none' ? '' : `\treconciliation required ${operation}\n`
  const shown = section(`missing ${added.what} added`, added.lines)
  return operation === 'none' || !removes
    ? head + shown
    : head + shown + section(`extra ${removed.what} removed`, removed.lines)
}

const write = async (client: ApiClient, info: Info, change: Change, parameters: WriteParameters): Promise<Obj> => {
  if (change.operation === 'none' || parameters.dryRun === 'client') return change.object
  if (change.operation === 'recreate') await deleteObject(client, info, {dryRun: parameters.dryRun})
  const creates = change.operation !== 'update'
  return (creates ? createObject : replaceObject)(client, info, change.object, parameters)
}

const liveObject = async (invocation: Reconcile, info: Info): Promise<Obj | undefined> => {
  try {
    return await fetchObject(invocation, info)
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

export const reconcile = async (invocation: Reconcile): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (own.filename.length === 0 && own.kustomize === '') throw new Error('must specify one of -f and -k')
  const dryRun = dryRunOf(own['dry-run'])
  if (dryRun === 'server') throw new Error('--dry-run=server for command reconcile is not supported yet')
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
  })
  const {client} = await connect()
  for (const info of infos)
    try {
      const kind = textAt(info.object, 'kind')
      if (!known.has(kind)) continue
      const live = await liveObject(invocation, info)
      const change = isBinding(kind)
        ? bindingChange(live, info.object, own['remove-extra-subjects'])
        : roleChange(live, info.object, own['remove-extra-permissions'])
      const object = await write(client, info, change, {dryRun})
      io.out(print(object, withDryRun('reconciled', dryRun)))
      if (own.output === '') io.err(report(change))
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw together(errors)
}
