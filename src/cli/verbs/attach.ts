import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import type {flags} from '../commands/attach.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {listAt, nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {attachablePod, chooseContainer, containerNames, isEphemeral} from '../pods/resolve.ts'
import {runRemote} from '../stream/remote-command.ts'
import {ttyOrWarning, withTerminal} from '../stream/terminal.ts'

type Attach = Invocation<typeof flags>

export interface AttachTo {
  readonly pod: Obj
  readonly container: string
  readonly stdin: boolean
  readonly tty: boolean
}

export interface AttachWish extends AttachTo {
  readonly quiet: boolean
}

const attachUrl = ({pod, container, stdin, tty}: AttachTo): string => {
  const query = new URLSearchParams({container, stdout: 'true'})
  if (stdin) query.set('stdin', 'true')
  if (tty) query.set('tty', 'true')
  else query.set('stderr', 'true')
  return `${pathOf(pods, {namespace: namespaceOf(pod), name: nameOf(pod), subresource: 'attach'})}?${query}`
}

const hasTty = (pod: Obj, name: string): boolean =>
  (['containers', 'initContainers', 'ephemeralContainers'] as const)
    .flatMap((list) => listAt(pod, 'spec', list))
    .some((one) => one.name === name && one.tty === true)

/** How to come back, where the container goes on without us. */
const farewell = ({pod, container, stdin, quiet}: AttachWish, program: string): string => {
  if (quiet || !stdin || textAt(pod, 'spec', 'restartPolicy') !== 'Always') return ''
  const again = `'${program} attach ${nameOf(pod)} -c ${container} -i -t'`
  return isEphemeral(pod, container)
    ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${again} if it is still running\n`
    : `Session ended, resume using ${again} command when the pod is running\n`
}

const welcome = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don't see a command prompt, try pressing enter.
`

/** Streams until the container or the person ends it. */
export const attachTo = async (
  {io, connect, program}: Pick<Invocation, 'io' | 'connect' | 'program'>,
  wish: AttachWish,
): Promise<void> => {
  const {pod, container, stdin, quiet} = wish
  const phase = textAt(pod, 'status', 'phase')
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new Error(`cannot attach a container in a completed pod; current phase is ${phase}`)
  const allocated = hasTty(pod, container)
  if (wish.tty && !allocated && !quiet)
    io.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`)
  // A container that has a terminal is always attached to as one.
  const tty = allocated && ttyOrWarning(io, {stdin, tty: true})
  if (!quiet) io.err(welcome)
  const {client} = await connect()
  await withTerminal(io, {stdin, tty}, (streams) =>
    runRemote({client, io}, attachUrl({pod, container, stdin, tty}), streams),
  )
  if (tty && io.isTerminal.in) io.err(farewell(wish, program))
}

export const attach = async (invocation: Attach): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0) throw new Error('at least 1 argument is required for attach')
  if (args.length > 2)
    throw usageMistake(
      invocation,
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
    )
  const {pod} = await attachablePod(connect, args.join('/'), own['pod-running-timeout'])
  if (own.container !== '' && !containerNames(pod).includes(own.container))
    throw new Error(`cannot attach to the container: container ${own.container} not found in pod ${nameOf(pod)}`)
  const container = chooseContainer(pod, own.container, io, own.quiet)
  await attachTo(invocation, {pod, container, stdin: own.stdin, tty: own.tty, quiet: own.quiet})
}
