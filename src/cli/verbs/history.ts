import type {flags} from '../commands/history.ts'
import {changedLines} from '../history/text-diff.ts'
import {type Version, versionsOf, writtenAt, writtenBy} from '../history/versions.ts'
import {missingResource, select, typeName} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {isMap, type Obj} from '../objects.ts'
import {indentedJson} from '../output/json.ts'
import {Failure} from '../usage-mistake.ts'
import {writeYaml} from '../yaml/write.ts'

/** What changes with every write says nothing. */
const comparable = (object: Obj | undefined): string => {
  if (!object) return ''
  const copy = structuredClone(object)
  if (isMap(copy.metadata)) {
    delete copy.metadata.managedFields
    delete copy.metadata.resourceVersion
  }
  return writeYaml(copy)
}

const verbs = {ADDED: 'created', MODIFIED: 'changed', DELETED: 'deleted'} as const

/** `2026-…  changed by kubectl-edit`; of a deletion nobody knows more than that it was one. */
const deedOf = (version: Version, before: Version | undefined): string => {
  if (version.type === 'DELETED') return verbs.DELETED
  const writer = writtenBy(version, before)
  return `${writtenAt(version)}  ${verbs[version.type]}${writer === '' ? '' : ` by ${writer}`}`
}

const changesOf = (version: Version, before: Version | undefined): string => {
  if (version.type !== 'MODIFIED' || !before) return ''
  const lines = changedLines(comparable(before.object), comparable(version.object))
  return lines.map((line) => `    ${line}\n`).join('')
}

export const history = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0) throw new Failure(`error: ${missingResource}`)
  const {wanted} = await select({io, connect, args})
  const {client} = await connect()
  for (const one of wanted) {
    if (one.kind !== 'named') continue
    const versions = await versionsOf(client, one)
    if (versions.length === 0)
      throw new Error(`nothing is kept of ${typeName(one.resource)} ${JSON.stringify(one.name)}`)
    const shown = own.limit > 0 ? versions.slice(0, own.limit) : versions
    if (own.output === 'json') {
      io.out(`${indentedJson(shown)}\n`)
      continue
    }
    shown.forEach((version, index) => {
      const before = versions[index + 1]
      io.out(`revision ${version.resourceVersion}  ${deedOf(version, before)}\n`)
      if (own.output !== 'name') io.out(changesOf(version, before))
    })
  }
}
