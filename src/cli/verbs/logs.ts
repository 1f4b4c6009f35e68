import {ApiError} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import {readLines} from '../../client/body.ts'
import type {flags} from '../commands/logs.ts'
import type {Info} from '../input/select.ts'
import {failOnInterrupt} from '../interrupt.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {awaitPods, chooseContainer, containerNames, fetchNamed, podSelectorOf, podsOf} from '../pods/resolve.ts'
import {together} from '../report-error.ts'
import {send} from '../request.ts'

type Logs = Invocation<typeof flags>

interface Source {
  readonly pod: Obj
  readonly container: string
}

const checkArguments = (invocation: Logs): void => {
  const {flags: own, args, given} = invocation
  if (own.selector === '' && (args.length === 0 || args.length > 2))
    throw usageMistake(
      invocation,
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
    )
  if (own.selector !== '' && args.length > 0)
    throw usageMistake(invocation, 'only a selector (-l) or a POD name is allowed')
  if (args.length === 2 && own.container !== '')
    throw new Error('only one of -c or an inline [CONTAINER] arg is allowed')
  if (given('since-time') && given('since'))
    throw new Error('at most one of `sinceTime` or `sinceSeconds` may be specified')
}

const checkValues = ({flags: own, args}: Logs): void => {
  if (own['all-containers'] && (own.container !== '' || args.length === 2))
    throw new Error('--all-containers=true should not be specified with container name')
  if (own['limit-bytes'] < 0) throw new Error('--limit-bytes must be greater than 0')
  const time = own['since-time']
  if (time !== '' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(time))
    throw new Error(
      `parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(time)} as "2006"`,
    )
  if (own.tail < -1) throw new Error('--tail must be greater than or equal to -1')
}

const target = async (invocation: Logs): Promise<Info> => {
  const {namespace} = await invocation.connect()
  try {
    return await fetchNamed(invocation.connect, invocation.args[0] ?? '')
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error
    throw new Error(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(namespace)}`, {
      cause: error,
    })
  }
}

const workloadPods = async (invocation: Logs, info: Info): Promise<Obj[]> => {
  const {flags: own, io, connect} = invocation
  let selector: string
  try {
    selector = podSelectorOf(info.object)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`cannot get the logs from *v1.${textAt(info.object, 'kind')}: ${why}`, {cause: error})
  }
  const found = await awaitPods(await connect(), info.namespace, selector, own['pod-running-timeout'])
  const [first] = found
  if (own['all-pods']) return found
  if (found.length > 1) io.err(`Found ${found.length} pods, using pod/${nameOf(first)}\n`)
  return [first]
}

const podsToRead = async (invocation: Logs): Promise<Obj[]> => {
  const {flags: own, io, connect} = invocation
  if (own.selector !== '') {
    const connection = await connect()
    const found = await podsOf(connection, connection.namespace, own.selector)
    if (found.length === 0) io.err(`No resources found in ${connection.namespace} namespace.\n`)
    return found
  }
  const info = await target(invocation)
  return textAt(info.object, 'kind') === 'Pod' ? [info.object] : workloadPods(invocation, info)
}

const sourcesOf = (pod: Obj, invocation: Logs): Source[] => {
  const {flags: own, args, io} = invocation
  if (own['all-containers']) return containerNames(pod).map((container) => ({pod, container}))
  const asked = own.container || args[1] || ''
  if (asked !== '' && !containerNames(pod).includes(asked))
    throw new Error(`container ${asked} is not valid for pod ${nameOf(pod)}`)
  return [{pod, container: chooseContainer(pod, asked, io)}]
}

const urlOf = ({pod, container}: Source, {flags: own, given}: Logs): string => {
  const query = new URLSearchParams({container})
  if (own.follow) query.set('follow', 'true')
  if (own.previous) query.set('previous', 'true')
  if (own.timestamps) query.set('timestamps', 'true')
  if (own['insecure-skip-tls-verify-backend']) query.set('insecureSkipTLSVerifyBackend', 'true')
  if (own['limit-bytes'] > 0) query.set('limitBytes', String(own['limit-bytes']))
  if (own.since > 0) query.set('sinceSeconds', String(Math.ceil(own.since / 1000)))
  if (own['since-time'] !== '') query.set('sinceTime', own['since-time'])
  const tail = own.tail >= 0 ? own.tail : own.selector !== '' && !given('tail') ? 10 : -1
  if (tail >= 0) query.set('tailLines', String(tail))
  const path = pathOf(pods, {namespace: namespaceOf(pod), name: nameOf(pod), subresource: 'log'})
  return `${path}?${query}`
}

const print = async (source: Source, invocation: Logs, prefixed: boolean): Promise<void> => {
  const {io, connect} = invocation
  const {client} = await connect()
  const {body} = await send(client, urlOf(source, invocation), {accept: '*/*'})
  if (prefixed) {
    const prefix = `[pod/${nameOf(source.pod)}/${source.container}] `
    for await (const line of readLines(body)) io.out(`${prefix}${line}\n`)
  } else if (body instanceof Uint8Array) io.out(body)
  else for await (const chunk of body) io.out(chunk)
}

export const logs = async (invocation: Logs): Promise<void> => {
  const {flags: own} = invocation
  checkArguments(invocation)
  const found = await podsToRead(invocation)
  checkValues(invocation)
  const sources = found.flatMap((pod) => sourcesOf(pod, invocation))
  const prefixed = own.prefix || own['all-pods']
  if (own.follow && sources.length > own['max-log-requests'])
    throw new Error(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${own['max-log-requests']}, use --max-log-requests to increase the limit`,
    )
  const errors: unknown[] = []
  const one = async (source: Source): Promise<void> => {
    try {
      await print(source, invocation, prefixed)
    } catch (error) {
      if (!own['ignore-errors']) throw error
      invocation.io.err(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  if (own.follow) {
    failOnInterrupt()
    const outcomes = await Promise.allSettled(sources.map(one))
    for (const outcome of outcomes) if (outcome.status === 'rejected') errors.push(outcome.reason)
  } else for (const source of sources) await one(source)
  if (errors.length > 0) throw together(errors)
}
