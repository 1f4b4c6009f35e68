import type {KubeObject, Stored} from '../../api/object.ts'
import {namespaces} from '../../api/resources.ts'
import type {flags} from '../commands/describe.ts'
import {describeObject} from '../describe/index.ts'
import {gather, type Info, type SelectOptions} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {wantsColor} from '../output/wants-color.ts'
import {together} from '../report-error.ts'

type Describe = Invocation<typeof flags>

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'reason' in error && error.reason === 'NotFound'

const describeInfo = async (
  {flags: {'show-events': showEvents, 'chunk-size': chunkSize}, connect, io}: Describe,
  info: Info,
  withEvents = true,
): Promise<string> => {
  const {client} = await connect()
  const context = {client, showEvents: showEvents && withEvents, nowMs: io.now(), chunkSize}
  return describeObject(info.resource, info.object as unknown as Stored<KubeObject>, context)
}

/** Objects whose name begins with what was asked for; whether there were any. */
const describeByPrefix = async (invocation: Describe, options: SelectOptions, prefix: string): Promise<boolean> => {
  const [type = ''] = invocation.args
  const {infos} = await gather({...options, args: [type], listTypes: true})
  const found = infos.filter(({name}) => name.startsWith(prefix))
  for (const info of found) invocation.io.out(`${await describeInfo(invocation, info, false)}\n`)
  return found.length > 0
}

/** A namespace that does not exist is the better news than an object that is not in it. */
const missingNamespace = async ({connect}: Describe): Promise<unknown> => {
  const {client, namespace} = await connect()
  return client.get(namespaces, {name: namespace}).then(
    () => undefined,
    (error: unknown) => (isNotFound(error) ? error : undefined),
  )
}

export const describeVerb = async (invocation: Describe): Promise<number | void> => {
  const {flags: given, args, io, connect} = invocation
  const options: SelectOptions = {
    io,
    connect,
    args,
    filenames: given.filename,
    recursive: given.recursive,
    kustomize: given.kustomize,
    selector: given.selector,
    allNamespaces: given['all-namespaces'],
    chunkSize: given['chunk-size'],
    listTypes: true,
    latest: true,
  }
  if (args.length === 0 && given.filename.length === 0 && !given.kustomize)
    throw new Error(
      `You must specify the type of resource to describe. Use "${invocation.program} api-resources" for a complete list of supported resources.`,
    )
  const {infos, errors} = await gather(options)
  if (
    infos.length === 0 &&
    errors.length === 1 &&
    isNotFound(errors[0]) &&
    args.length === 2 &&
    !args[0]?.includes('/')
  ) {
    if (await describeByPrefix(invocation, options, args[1] ?? '')) return
    throw (await missingNamespace(invocation)) ?? errors[0]
  }
  const paint = wantsColor(invocation)
    ? (await import('../output/status-color.ts')).paintDescription
    : (text: string): string => text
  let isFirst = true
  for (const info of infos)
    try {
      if (given.at !== '') {
        const {objectAt} = await import('./get-at.ts')
        info.object = await objectAt(invocation, {kind: 'named', ...info}, given.at)
      }
      io.out(`${isFirst ? '' : '\n\n'}${paint(await describeInfo(invocation, info))}`)
      isFirst = false
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw together(errors)
  if (infos.length > 0) return
  const {namespace} = await connect()
  io.err(given['all-namespaces'] ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`)
}
