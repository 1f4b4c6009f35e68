import {retrieving} from '../../apply/apply-one.ts'
import type {flags} from '../../commands/apply/set-last-applied.ts'
import {dryRunOf, withDryRun} from '../../dry-run.ts'
import {fetchObject, gather} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {lastAppliedKey, lastAppliedOf} from '../../last-applied.ts'
import {compactJson} from '../../output/json.ts'
import {createResultPrinter} from '../../output/printer.ts'
import {together} from '../../report-error.ts'
import {patchObject} from '../../write-object.ts'

export const applySetLastApplied = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const dryRun = dryRunOf(own['dry-run'])
  const {infos, errors} = await gather({io, connect, args: [], filenames: own.filename})
  if (errors.length > 0) throw together(errors)
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const {client} = await connect()
  for (const info of infos) {
    const live = await fetchObject({connect}, info).catch((error: unknown) => {
      throw retrieving(error, info)
    })
    const current = lastAppliedOf(live)
    if (current === '' && !own['create-annotation'])
      throw new Error(
        `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
      )
    const wanted = `${compactJson(info.object)}\n`
    if (wanted.trim() === current.trim()) {
      io.out(`set-last-applied ${info.name}: no changes required.\n`)
      continue
    }
    const patch = {metadata: {annotations: {[lastAppliedKey]: wanted}}}
    const object = dryRun === 'client' ? live : await patchObject(client, info, 'merge', patch, {dryRun})
    io.out(print(object, withDryRun('configured', dryRun)))
  }
}
