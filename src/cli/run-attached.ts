// run -it: wait until the pod runs, attach to it, end with its exit code, and remove it where that was asked for.
import {pathOf} from '../api/resource.ts'
import {pods} from '../api/resources.ts'
import type {flags} from './commands/run.ts'
import type {Invocation} from './invocation.ts'
import {at, listAt, nameOf, numberAt, type Obj, textAt} from './objects.ts'
import {isReady} from './pods/resolve.ts'
import {sendText} from './request.ts'
import {Failure} from './usage-mistake.ts'
import {attachTo} from './verbs/attach.ts'
import {deadlineAfter, type Target, untilSettled} from './wait/until.ts'
import {deleteObject} from './write-object.ts'

type Run = Invocation<typeof flags>

const phaseOf = (pod: Obj): string => textAt(pod, 'status', 'phase')
const isOver = (pod: Obj): boolean => ['Succeeded', 'Failed'].includes(phaseOf(pod))

const podThat = async (
  {flags: own, connect}: Run,
  target: Target,
  isIt: (pod: Obj) => boolean,
  timeoutMs = own['pod-running-timeout'],
): Promise<Obj> => {
  const {client} = await connect()
  let seen = false
  return untilSettled(client, target, deadlineAfter(timeoutMs), (pod) => {
    if (pod === undefined && seen) throw new Error(`pods ${JSON.stringify(target.name)} not found`)
    seen ||= pod !== undefined
    return pod !== undefined && isIt(pod) ? pod : undefined
  })
}

const printLog = async ({io, connect}: Run, {namespace, name}: Target, container: string): Promise<void> => {
  const {client} = await connect()
  const path = pathOf(pods, {namespace, name, subresource: 'log'})
  io.out(await sendText(client, `${path}?${new URLSearchParams({container})}`))
}

const join = async (invocation: Run, target: Target): Promise<void> => {
  const {flags: own, io} = invocation
  const pod = await podThat(invocation, target, (one) => isOver(one) || (phaseOf(one) === 'Running' && isReady(one)))
  const container = textAt(listAt(pod, 'spec', 'containers')[0], 'name')
  if (isOver(pod)) return printLog(invocation, target, container)
  try {
    await attachTo(invocation, {pod, container, stdin: own.stdin, tty: own.tty, quiet: own.quiet})
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    io.err(`warning: couldn't attach to pod/${nameOf(pod)}, falling back to streaming logs: ${why}\n`)
    await printLog(invocation, target, container)
  }
}

/** Whoever runs once has an exit code; of a pod that is started again nobody waits for one. */
const outcome = async (invocation: Run, target: Target): Promise<void> => {
  const {flags: own} = invocation
  if (own['leave-stdin-open'] || own.restart === 'Always') return
  const pod = await podThat(
    invocation,
    target,
    own.restart === 'Never' ? isOver : (one) => phaseOf(one) === 'Succeeded',
  )
  if (phaseOf(pod) === 'Succeeded') return
  const where = `pod ${target.namespace}/${target.name}`
  const [status] = listAt(pod, 'status', 'containerStatuses')
  const ended = at(status, 'state', 'terminated') as Obj | undefined
  const code = numberAt(ended, 'exitCode')
  if (!ended || code === 0) throw new Error(`${where} failed with unknown exit code`)
  const message = textAt(ended, 'message')
  throw new Failure(`${where} terminated (${textAt(ended, 'reason')})${message === '' ? '' : `\n${message}`}`, code)
}

export const attachAfterRun = async (invocation: Run, name: string): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {client, namespace} = await connect()
  const target: Target = {resource: pods, namespace, name}
  try {
    await join(invocation, target)
    await outcome(invocation, target)
  } finally {
    if (own.rm) {
      await deleteObject(client, target, {propagation: 'Background'})
      if (!own.quiet) io.out(`pod ${JSON.stringify(name)} deleted from ${namespace} namespace\n`)
    }
  }
}
