import {deepEqual} from '../../../api/meta/equal.ts'
import {mergeDifference} from '../../apply/three-way.ts'
import type {flags} from '../../commands/rollout/undo.ts'
import {dryRunOf, withDryRun} from '../../dry-run.ts'
import type {Info} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {at, copyOf, ensureMap, type Obj} from '../../objects.ts'
import {createResultPrinter} from '../../output/printer.ts'
import {together} from '../../report-error.ts'
import {type RevisionEntry, revisionsOf} from '../../rollout/revisions.ts'
import {noWay, workloads} from '../../rollout/select.ts'
import {templateText} from '../../rollout/template-text.ts'
import {patchObject} from '../../write-object.ts'

type Undo = Invocation<typeof flags>

const pick = (entries: readonly RevisionEntry[], wanted: number, info: Info): RevisionEntry => {
  const found = wanted === 0 ? entries.at(-2) : entries.find(({revision}) => revision === wanted)
  if (found) return found
  if (wanted !== 0) throw new Error(`unable to find specified revision ${wanted} in history`)
  throw new Error(
    info.resource.kind === 'Deployment'
      ? `no rollout history found for deployment ${JSON.stringify(info.name)}`
      : 'no last revision to roll back to',
  )
}

const withoutHash = (template: unknown): Obj => {
  const copy = copyOf(template) as Obj
  delete ensureMap(copy, 'metadata', 'labels')['pod-template-hash']
  return copy
}

const undoOne = async (invocation: Undo, info: Info, say: (object: Obj, operation: string) => void): Promise<void> => {
  const {flags: own, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const {client} = await connect()
  const {kind} = info.resource
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) throw noWay(info, 'rollbacker', 'rollbacker')
  if (kind === 'Deployment' && at(info.object, 'spec', 'paused') === true && dryRun !== 'client') {
    const entries = await revisionsOf(client, info)
    if (entries.length < 2 && own['to-revision'] === 0)
      throw new Error(`no rollout history found for deployment ${JSON.stringify(info.name)}`)
    throw new Error(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    )
  }
  const entry = pick(await revisionsOf(client, info), own['to-revision'], info)
  if (dryRun === 'client') {
    say(info.object, withDryRun(templateText(entry.template), dryRun))
    return
  }
  const template = withoutHash(entry.template)
  if (deepEqual(template, withoutHash(at(info.object, 'spec', 'template')))) {
    say(info.object, `skipped rollback (current template already matches revision ${entry.revision})`)
    return
  }
  const wanted = copyOf(info.object)
  ensureMap(wanted, 'spec').template = template
  await patchObject(client, info, 'merge', mergeDifference(info.object, wanted), {dryRun})
  say(info.object, withDryRun('rolled back', dryRun))
}

export const rolloutUndo = async (invocation: Undo): Promise<void> => {
  const {flags: own, io} = invocation
  if (own['to-revision'] < 0) throw new Error(`the --to-revision must be >= 0: ${own['to-revision']}`)
  const {infos, errors} = await workloads(invocation)
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const failed = [...errors]
  for (const info of infos)
    try {
      await undoOne(invocation, info, (object, operation) => io.out(print(object, operation)))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
}
