// create --edit: the objects of files go through the editor before they are sent.
import type {flags} from '../commands/create.ts'
import {editObject} from '../edit/session.ts'
import {gather} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {savedConfig} from '../last-applied.ts'
import {nameOf} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {fieldValidationOf} from '../validation.ts'
import {createObject} from '../write-object.ts'

export const createEdited = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {infos, errors} = await gather({
    io,
    connect,
    args: [],
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
  })
  if (errors.length > 0) throw together(errors)
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  for (const info of infos) {
    const text = await editObject(info.object, {
      io,
      format: own.output === 'json' ? 'json' : 'yaml',
      fatal: () => false,
      save: async (edited) => {
        const {client} = await connect()
        const object = await createObject(
          client,
          {...info, name: nameOf(edited)},
          savedConfig(edited, own['save-config']),
          {
            fieldManager: own['field-manager'],
            fieldValidation: fieldValidationOf(own.validate),
          },
        )
        return print(object, 'created')
      },
    })
    if (text !== undefined) io.out(text)
  }
}
