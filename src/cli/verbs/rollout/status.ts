import {hasReason} from '../../../api/errors.ts'
import type {flags} from '../../commands/rollout/status.ts'
import {fetchObject, type Info, listUrl} from '../../input/select.ts'
import {failOnInterrupt} from '../../interrupt.ts'
import type {Invocation} from '../../invocation.ts'
import {type Obj, textAt} from '../../objects.ts'
import {together} from '../../report-error.ts'
import {progressOf} from '../../rollout/progress.ts'
import {sayNone, workloads} from '../../rollout/select.ts'
import {isClosed, watchEvents} from '../../watch/events.ts'

type Status = Invocation<typeof flags>

const follow = async (invocation: Status, info: Info): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  const {resource, namespace, name} = info
  const signal = own.timeout > 0 ? AbortSignal.timeout(own.timeout) : undefined
  let object: Obj = info.object
  const show = (): boolean => {
    const {text, done} = progressOf(object, resource, own.revision)
    io.out(text)
    return done || !own.watch
  }
  if (show()) return
  for (;;) {
    const url = listUrl(resource, namespace, {
      watch: 'true',
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: textAt(object, 'metadata', 'resourceVersion'),
    })
    try {
      for await (const event of watchEvents(client, url, signal ? {signal} : {})) {
        if (event.type === 'DELETED') throw new Error('object has been deleted')
        object = event.object
        if (show()) return
      }
    } catch (error) {
      if (signal?.aborted) throw new Error('timed out waiting for the condition', {cause: error})
      if (!isClosed(error) && !hasReason(error, 'Expired', 'Gone')) throw error
    }
    object = await fetchObject({connect}, info)
    if (show()) return
  }
}

export const rolloutStatus = async (invocation: Status): Promise<void> => {
  const {flags: own} = invocation
  if (own.revision < 0) throw new Error(`revision must be a positive integer: ${own.revision}`)
  failOnInterrupt()
  const {infos, errors} = await workloads(invocation)
  const failed = [...errors]
  for (const info of infos)
    try {
      await follow(invocation, info)
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
  if (infos.length === 0) await sayNone(invocation)
}
