// create --edit: the objects of files go through the editor before they are sent.
import type {flags} from '../commands/create.ts'
import {editObjects} from '../edit/session.ts'
import {gather} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {savedConfig} from '../last-applied.ts'
import {nameOf} from '../objects.ts'
import {createResultPrinter} from '../output/printer.ts'
import {together} from '../report-error.ts'
import {fieldValidationOf} from '../validation.ts'
import {createObject} from '../write-object.ts'
import {describeInfo, formatOf} from './edit.ts'

export const createEdited = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io, connect, program} = invocation
  const format = formatOf(own.output)
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
  const fieldValidation = fieldValidationOf(own.validate)
  for (const info of infos)
    await editObjects({
      io,
      program,
      subject: 'object',
      format,
      windowsLines: own['windows-line-endings'],
      validates: fieldValidation !== 'Ignore',
      objects: [info.object],
      about: describeInfo(info),
      save: async (edited) => {
        const {client} = await connect()
        for (const object of edited) {
          const target = {...info, name: nameOf(object)}
          const options = {fieldManager: own['field-manager'], fieldValidation}
          const made = await createObject(client, target, savedConfig(object, own['save-config']), options)
          io.out(print(made, 'created'))
        }
        return {complaints: [], isRetryable: false, isGone: false}
      },
    })
}
