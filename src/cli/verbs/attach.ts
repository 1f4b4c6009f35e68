import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import type {flags} from '../commands/attach.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {listAt, nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {attachablePod, chooseContainer} from '../pods/resolve.ts'
import {runRemote} from '../stream/remote-command.ts'
import {ttyOrWarning, withTerminal} from '../stream/terminal.ts'

type Attach = Invocation<typeof flags>

export interface AttachTo {
  readonly pod: Obj
  readonly container: string
  readonly stdin: boolean
  readonly tty: boolean
}

export const attachUrl = ({pod, container, stdin, tty}: AttachTo): string => {
  const query = new URLSearchParams({container, stdout: 'true'})
  if (stdin) query.set('stdin', 'true')
  if (tty) query.set('tty', 'true')
  else query.set('stderr', 'true')
  return `${pathOf(pods, {namespace: namespaceOf(pod), name: nameOf(pod), subresource: 'attach'})}?${query}`
}

export const attach = async (invocation: Attach): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0) throw new Error('at least 1 argument is required for attach')
  if (args.length > 2)
    throw usageMistake(
      invocation,
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
    )
  const {pod} = await attachablePod(connect, args.join('/'))
  const phase = textAt(pod, 'status', 'phase')
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new Error(`cannot attach a container in a completed pod; current phase is ${phase}`)
  const container = chooseContainer(pod, own.container, io, own.quiet)
  const all = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'ephemeralContainers')]
  const hasTty = all.some((one) => one.name === container && one.tty === true)
  if (own.tty && !hasTty) io.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`)
  const tty = own.tty && hasTty && ttyOrWarning(io, own)
  if (own.stdin && tty && !own.quiet)
    io.err(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n",
    )
  const {client} = await connect()
  await withTerminal(io, {stdin: own.stdin, tty}, (streams) =>
    runRemote(client, attachUrl({pod, container, stdin: own.stdin, tty}), streams),
  )
}
