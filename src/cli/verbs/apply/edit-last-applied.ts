import type {flags} from '../../commands/apply/edit-last-applied.ts'
import {editObject} from '../../edit/session.ts'
import {gather, missingResource} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {lastAppliedKey, lastAppliedOf} from '../../last-applied.ts'
import type {Obj} from '../../objects.ts'
import {compactJson} from '../../output/json.ts'
import {namePrinter} from '../../output/printer.ts'
import {together} from '../../report-error.ts'
import {Failure} from '../../usage-mistake.ts'
import {patchObject} from '../../write-object.ts'

export const applyEditLastApplied = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0 && own.filename.length === 0 && own.kustomize === '')
    throw new Failure(`error: ${missingResource}`)
  const {infos, errors} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
    latest: true,
  })
  if (errors.length > 0) throw together(errors)
  for (const info of infos) {
    const applied = lastAppliedOf(info.object)
    if (applied === '') throw new Error(`The last-applied-configuration annotation is missing on ${info.name}`)
    const text = await editObject(JSON.parse(applied) as Obj, {
      io,
      format: own.output === 'json' ? 'json' : 'yaml',
      fatal: () => false,
      save: async (edited) => {
        const {client} = await connect()
        const patch = {metadata: {annotations: {[lastAppliedKey]: `${compactJson(edited)}\n`}}}
        return namePrinter('edited')(
          await patchObject(client, info, 'merge', patch, {fieldManager: own['field-manager']}),
        )
      },
    })
    if (text !== undefined) io.out(text)
  }
}
