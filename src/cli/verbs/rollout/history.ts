import type {flags} from '../../commands/rollout/history.ts'
import {alignTabs} from '../../go/tabwriter.ts'
import {typeName} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {createPrinter, hasFormat} from '../../output/printer.ts'
import {together} from '../../report-error.ts'
import {revisionsOf} from '../../rollout/revisions.ts'
import {workloads} from '../../rollout/select.ts'
import {templateText} from '../../rollout/template-text.ts'

/** GetNewTabWriter of kubectl's history: two spaces between columns. */
const tabs = {minWidth: 0, padding: 2}

export const rolloutHistory = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io, connect} = invocation
  if (own.revision < 0) throw new Error(`revision must be a positive integer: ${own.revision}`)
  const {infos, errors} = await workloads(invocation)
  const failed = [...errors]
  const {client} = await connect()
  for (const info of infos)
    try {
      const entries = await revisionsOf(client, info)
      const chosen = own.revision > 0 ? entries.find(({revision}) => revision === own.revision) : undefined
      if (own.revision > 0 && !chosen) throw new Error('unable to find the specified revision')
      if (hasFormat(own)) {
        const print = await createPrinter({
          io,
          output: own.output,
          template: own.template,
          allowMissing: own['allow-missing-template-keys'],
          showManagedFields: own['show-managed-fields'],
        })
        const shown = chosen ? [chosen] : entries
        io.out(shown.map(({object}) => print(object)).join(''))
        continue
      }
      const head = `${typeName(info.resource)}/${info.name}`
      if (chosen) io.out(`${head} with revision #${own.revision}\n${templateText(chosen.template)}\n`)
      else {
        const rows = entries.map(({revision, cause}) => `${revision}\t${cause || '<none>'}`)
        io.out(`${head} \n${alignTabs(`${['REVISION\tCHANGE-CAUSE', ...rows].join('\n')}\n`, tabs)}\n`)
      }
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
}
