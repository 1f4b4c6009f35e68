// get --at: objects as they were.
import type {ApiClient} from '../../client/contract.ts'
import type {flags} from '../commands/get.ts'
import {type Version, versionAt, versionsOf} from '../history/versions.ts'
import {listUrl, typeName, type Wanted} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {type Obj, textAt} from '../objects.ts'
import type {Printer} from '../output/printer.ts'
import {printTable} from '../output/table.ts'
import {getJson} from '../request.ts'
import {asTable, tableOptions} from './get.ts'

/** A revision of the future shows nothing yet. */
const checkReached = async (
  client: ApiClient,
  {resource, namespace}: Extract<Wanted, {kind: 'named'}>,
  moment: string,
): Promise<void> => {
  if (!/^\d+$/.test(moment)) return
  const list = await getJson<Obj>(client, listUrl(resource, namespace, {limit: 1}))
  const newest = textAt(list, 'metadata', 'resourceVersion')
  if (Number(moment) > Number(newest)) throw new Error(`revision ${moment} is not reached yet: the newest is ${newest}`)
}

/** The object as it was then; throws when it was not there. */
export const objectAt = async (
  invocation: Pick<Invocation, 'connect' | 'io'>,
  wanted: Extract<Wanted, {kind: 'named'}>,
  moment: string,
): Promise<Obj> => {
  const {client} = await invocation.connect()
  await checkReached(client, wanted, moment)
  const version: Version | undefined = versionAt(await versionsOf(client, wanted), moment, invocation.io.now())
  if (!version?.object || version.type === 'DELETED')
    throw new Error(
      `there was no ${typeName(wanted.resource)} ${JSON.stringify(wanted.name)} at ${moment}, as far as history reaches`,
    )
  return version.object
}

export const getAt = async (
  invocation: Invocation<typeof flags>,
  wanted: readonly Wanted[],
  print: Printer | undefined,
): Promise<void> => {
  const {io, flags: own} = invocation
  for (const one of wanted) {
    if (one.kind !== 'named') throw new Error('--at shows named objects: say which, as TYPE NAME')
    const object = await objectAt(invocation, one, own.at)
    io.out(print ? print(object) : printTable(asTable(object), tableOptions(invocation, undefined, true)))
  }
}
