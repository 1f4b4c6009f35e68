// Takes pods away and waits until they are gone.
import {setTimeout as delay} from 'node:timers/promises'
import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import {formatGoDuration} from '../go/duration.ts'
import type {Io} from '../io.ts'
import {nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {messageOf} from '../report-error.ts'
import {getJson} from '../request.ts'
import {WaitTimeout, waitUntilGone} from '../watch/gone.ts'

export interface EvictOptions {
  readonly client: ApiClient
  readonly io: Io
  readonly byDeletion: boolean
  /** Negative: the pod's own. */
  readonly gracePeriod: number
  /** 0: without end. */
  readonly timeoutMs: number
  readonly serverDryRun: boolean
}

const RETRY_MS = 5000

const remove = async (pod: Obj, options: EvictOptions): Promise<void> => {
  const {client, byDeletion, gracePeriod, serverDryRun} = options
  const where = {namespace: namespaceOf(pod), name: nameOf(pod)}
  const deleteOptions = {
    ...(gracePeriod < 0 ? {} : {gracePeriodSeconds: gracePeriod}),
    ...(serverDryRun ? {dryRun: ['All']} : {}),
  }
  if (byDeletion) {
    await getJson(client, pathOf(pods, where), {method: 'DELETE', body: deleteOptions})
    return
  }
  await getJson(client, pathOf(pods, {...where, subresource: 'eviction'}), {
    method: 'POST',
    body: {apiVersion: 'policy/v1', kind: 'Eviction', metadata: where, deleteOptions},
  })
}

/** Until the budget allows it. False: there was no such pod any more. */
const removeWhenAllowed = async (pod: Obj, options: EvictOptions, deadline: number): Promise<boolean> => {
  const {io, byDeletion} = options
  const what = `pods/${JSON.stringify(nameOf(pod))} -n ${JSON.stringify(namespaceOf(pod))}`
  for (;;)
    try {
      await remove(pod, options)
      return true
    } catch (error) {
      if (hasReason(error, 'NotFound')) return false
      const verb = byDeletion ? 'deleting' : 'evicting'
      if (!hasReason(error, 'TooManyRequests'))
        throw new Error(`error when ${verb} ${what}: ${messageText(error)}`, {cause: error})
      io.err(`error when ${verb} ${what} (will retry after 5s): ${messageText(error)}\n`)
      if (deadline - io.now() < RETRY_MS)
        throw new Error(`error when ${verb} ${what}: global timeout reached: ${formatGoDuration(options.timeoutMs)}`, {
          cause: error,
        })
      await delay(RETRY_MS)
    }
}

const messageText = (error: unknown): string => (error instanceof Error ? error.message : messageOf(error))

const takeAway = async (pod: Obj, options: EvictOptions, deadline: number): Promise<void> => {
  const {client, io, byDeletion, timeoutMs, serverDryRun} = options
  const namespace = namespaceOf(pod)
  const name = nameOf(pod)
  if (!(await removeWhenAllowed(pod, options, deadline)) || serverDryRun) return
  try {
    const left = timeoutMs === 0 ? 0 : Math.max(deadline - io.now(), 1)
    await waitUntilGone(client, {resource: pods, namespace, name}, textAt(pod, 'metadata', 'uid'), left)
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error
    throw new Error(
      `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: global timeout reached: ${formatGoDuration(timeoutMs)}`,
      {cause: error},
    )
  }
  io.out(`pod/${name} ${byDeletion ? 'deleted' : 'evicted'}\n`)
}

/** All at once; what failed. */
export const evictAll = async (going: readonly Obj[], options: EvictOptions): Promise<unknown[]> => {
  const deadline = options.timeoutMs === 0 ? Number.POSITIVE_INFINITY : options.io.now() + options.timeoutMs
  const outcomes = await Promise.allSettled(going.map((pod) => takeAway(pod, options, deadline)))
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
}
