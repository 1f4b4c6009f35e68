import {deepEqual} from '../../../api/meta/equal.ts'
import {parseBigJson} from '../../big-json.ts'
import type {flags} from '../../commands/apply/edit-last-applied.ts'
import {editObjects} from '../../edit/session.ts'
import {gather, type Info, missingResource} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {lastAppliedKey, lastAppliedOf} from '../../last-applied.ts'
import {nameOf, type Obj, textAt} from '../../objects.ts'
import {compactJson} from '../../output/json.ts'
import {createResultPrinter} from '../../output/printer.ts'
import {together} from '../../report-error.ts'
import {Failure} from '../../usage-mistake.ts'
import {fieldValidationOf} from '../../validation.ts'
import {patchObject} from '../../write-object.ts'
import {describeInfo, formatOf} from '../edit.ts'

interface Applied {
  readonly info: Info
  readonly configuration: Obj
}

const isOf = ({info}: Applied, edited: Obj): boolean =>
  info.name === nameOf(edited) && info.resource.kind === textAt(edited, 'kind')

export const applyEditLastApplied = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect, program} = invocation
  const format = formatOf(own.output)
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
  const applied = infos.flatMap((info): Applied[] => {
    const text = lastAppliedOf(info.object)
    return text === '' ? [] : [{info, configuration: parseBigJson(text) as Obj}]
  })
  const [first] = applied
  if (!first)
    throw new Error(
      `no last-applied-configuration annotation found on resources, to create the annotation, use command \`${program} apply set-last-applied --create-annotation\``,
    )
  const print = await createResultPrinter({
    io,
    output: own.output,
    template: own.template,
    allowMissing: own['allow-missing-template-keys'],
    showManagedFields: own['show-managed-fields'],
  })
  const {client} = await connect()
  const saveOne = async (edited: Obj): Promise<void> => {
    const known = applied.find((one) => isOf(one, edited))
    if (!known) throw new Error('At least one of apiVersion, kind and name was changed')
    if (deepEqual(known.configuration, edited)) return void io.out(print(known.info.object, 'skipped'))
    const patch = {metadata: {annotations: {[lastAppliedKey]: `${compactJson(edited)}\n`}}}
    const options = {fieldManager: own['field-manager']}
    io.out(print(await patchObject(client, known.info, 'merge', patch, options), 'edited'))
  }
  await editObjects({
    io,
    program,
    subject: 'last-applied',
    format,
    windowsLines: own['windows-line-endings'],
    validates: fieldValidationOf(own.validate) !== 'Ignore',
    objects: applied.map(({configuration}) => configuration),
    about: describeInfo(first.info),
    save: async (edited) => {
      for (const object of edited) await saveOne(object)
      return {complaints: [], isRetryable: false, isGone: false}
    },
  })
}
