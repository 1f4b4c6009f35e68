// Waits until the debugging container runs and attaches to it; of one that ended already, its log is shown.
import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import {isMap, listAt, type Obj} from '../objects.ts'
import {getJson, sendText} from '../request.ts'
import {attach} from '../verbs/attach.ts'
import type {Debug} from './check.ts'

const POLL_MS = 100

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

export const attachToDebugger = async (invocation: Debug, {namespace, pod, container}: Started): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client} = await connect()
  const end = performance.now() + own['pod-running-timeout']
  for (;;) {
    const state = stateOf(await getJson<Obj>(client, pathOf(pods, {namespace, name: pod})), container)
    if (state.running) break
    if (state.terminated) {
      io.out(
        await sendText(client, `${pathOf(pods, {namespace, name: pod, subresource: 'log'})}?container=${container}`),
      )
      return
    }
    if (performance.now() > end) throw new Error('timed out waiting for the condition')
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  await attach({...invocation, flags: {...own, container}, args: [pod], argsBeforeDash: -1, words: ['attach']})
}
