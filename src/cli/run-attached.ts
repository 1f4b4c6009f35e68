// run -it: wait until the pod runs, attach to it, and remove it afterwards where that was asked for.
import {pathOf} from '../api/resource.ts'
import {pods} from '../api/resources.ts'
import type {flags} from './commands/run.ts'
import type {Invocation} from './invocation.ts'
import {at, listAt, numberAt, type Obj, textAt} from './objects.ts'
import {getJson} from './request.ts'
import {deleteObject} from './write-object.ts'

const POLL_MS = 100

const waitForStart = async (invocation: Invocation<typeof flags>, name: string): Promise<Obj> => {
  const {client, namespace} = await invocation.connect()
  const end = performance.now() + invocation.flags['pod-running-timeout']
  for (;;) {
    const pod = await getJson<Obj>(client, pathOf(pods, {namespace, name}))
    const phase = textAt(pod, 'status', 'phase')
    if (phase === 'Running' || phase === 'Succeeded' || phase === 'Failed') return pod
    if (performance.now() > end) throw new Error('timed out waiting for the condition')
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const exitCodeOf = (pod: Obj): number => {
  const [status] = listAt(pod, 'status', 'containerStatuses')
  return numberAt(at(status, 'state', 'terminated'), 'exitCode')
}

export const attachAfterRun = async (invocation: Invocation<typeof flags>, name: string): Promise<number> => {
  const {flags: own, io, connect} = invocation
  const {client, namespace} = await connect()
  if (!own.quiet && own.stdin && own.tty && io.isTerminal.in)
    io.err("If you don't see a command prompt, try pressing enter.\n")
  const pod = await waitForStart(invocation, name)
  try {
    if (textAt(pod, 'status', 'phase') === 'Running') {
      const {findCommand} = await import('./find-command.ts')
      const {kubectlRoot} = await import('./commands/index.ts')
      const {definition} = await findCommand(kubectlRoot, {}, ['attach'])
      const flagValues = {
        container: name,
        stdin: own.stdin,
        tty: own.tty,
        quiet: own.quiet,
        'pod-running-timeout': own['pod-running-timeout'],
        filename: [],
      }
      await definition.run?.({
        ...invocation,
        flags: flagValues as never,
        args: [name],
        argsBeforeDash: -1,
        words: ['attach'],
      })
    } else {
      const {sendText} = await import('./request.ts')
      io.out(await sendText(client, pathOf(pods, {namespace, name, subresource: 'log'})))
    }
    return exitCodeOf(await getJson<Obj>(client, pathOf(pods, {namespace, name})))
  } finally {
    if (own.rm) {
      await deleteObject(client, {resource: pods, namespace, name}, {propagation: 'Background'})
      io.out(`pod ${JSON.stringify(name)} deleted from ${namespace} namespace\n`)
    }
  }
}
