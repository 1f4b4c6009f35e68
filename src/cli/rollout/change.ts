// pause, resume and restart: one change of a workload each.
import {mergeDifference} from '../apply/three-way.ts'
import type {Info} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {copyOf, type Obj} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {patchObject} from '../write-object.ts'
import {type RolloutFlags, sayNone, workloads} from './select.ts'

export interface ChangeFlags extends RolloutFlags {
  readonly 'allow-missing-template-keys': boolean
  readonly 'field-manager': string
  readonly output: string
  readonly 'show-managed-fields': boolean
  readonly template: string
}

export type ChangeInvocation = Omit<Invocation, 'flags'> & {readonly flags: ChangeFlags}

/** `deployments.apps "web"`, as the complaints name it. */
export const quotedName = ({resource, name}: Info): string =>
  `${resource.plural}${resource.group === '' ? '' : `.${resource.group}`} ${JSON.stringify(name)}`

export const changeWorkloads = async (
  invocation: ChangeInvocation,
  operation: string,
  change: (object: Obj, info: Info) => void,
): Promise<void> => {
  const {flags, io, connect} = invocation
  const {infos, errors} = await workloads(invocation)
  const print = await createResultPrinter({
    io,
    output: flags.output,
    template: flags.template,
    allowMissing: flags['allow-missing-template-keys'],
    showManagedFields: flags['show-managed-fields'],
  })
  const failed = [...errors]
  for (const info of infos)
    try {
      const wanted = copyOf(info.object)
      change(wanted, info)
      const {client} = await connect()
      const patch = mergeDifference(info.object, wanted)
      io.out(print(await patchObject(client, info, 'merge', patch, {fieldManager: flags['field-manager']}), operation))
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
  if (infos.length === 0) await sayNone(invocation)
}
