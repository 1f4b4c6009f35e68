// Waits until the debugging container runs and attaches to it; of one that ended already, its log is shown.
import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import {isMap, listAt, type Obj, textAt} from '../objects.ts'
import {sendText} from '../request.ts'
import {attachTo} from '../verbs/attach.ts'
import {deadlineAfter, untilSettled} from '../wait/until.ts'
import type {Debug} from './check.ts'

export interface Started {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

const stateOf = (pod: Obj, container: string): Obj => {
  const statuses = [
    ...listAt(pod, 'status', 'initContainerStatuses'),
    ...listAt(pod, 'status', 'containerStatuses'),
    ...listAt(pod, 'status', 'ephemeralContainerStatuses'),
  ]
  const state = statuses.find(({name}) => name === container)?.state
  return isMap(state) ? state : {}
}

export const attachToDebugger = async (
  invocation: Debug,
  {namespace, pod: name, container}: Started,
): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  let said = ''
  const pod = await untilSettled(client, {resource: pods, namespace, name}, deadlineAfter(-1), (seen) => {
    if (seen === undefined) return undefined
    const {running, terminated, waiting} = stateOf(seen, container)
    if (running || terminated) return seen
    const why = isMap(waiting) ? textAt(waiting, 'message') : ''
    if (why !== '' && why !== said && !own.quiet) io.err(`Warning: container ${container}: ${why}\n`)
    said = why
    return undefined
  })
  if (stateOf(pod, container).terminated) {
    const log = `${pathOf(pods, {namespace, name, subresource: 'log'})}?${new URLSearchParams({container})}`
    io.out(await sendText(client, log))
  } else await attachTo(invocation, {pod, container, stdin: own.stdin, tty: own.tty, quiet: own.quiet})
}
