import {pathOf} from '../../api/resource.ts'
import {pods} from '../../api/resources.ts'
import type {flags} from '../commands/exec.ts'
import {gather} from '../input/select.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {attachablePod, chooseContainer} from '../pods/resolve.ts'
import {runRemote} from '../stream/remote-command.ts'
import {ttyOrWarning, withTerminal} from '../stream/terminal.ts'

type Exec = Invocation<typeof flags>

export interface ExecRequest {
  readonly pod: Obj
  readonly container: string
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
}

export const execUrl = ({pod, container, command, stdin, tty}: ExecRequest): string => {
  const query = new URLSearchParams()
  for (const word of command) query.append('command', word)
  query.set('container', container)
  if (stdin) query.set('stdin', 'true')
  query.set('stdout', 'true')
  if (tty) query.set('tty', 'true')
  else query.set('stderr', 'true')
  return `${pathOf(pods, {namespace: namespaceOf(pod), name: nameOf(pod), subresource: 'exec'})}?${query}`
}

interface Asked {
  readonly word: string
  readonly command: readonly string[]
}

const asked = (invocation: Exec): Asked => {
  const {flags: own, args, argsBeforeDash} = invocation
  const hasFile = own.filename.length > 0
  if (args.length > 0 && argsBeforeDash === 0 && !hasFile)
    throw new Error('pod, type/name or --filename must be specified')
  if (argsBeforeDash < 0 && args.length > 1)
    throw usageMistake(invocation, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead')
  const command = argsBeforeDash >= 0 ? args.slice(argsBeforeDash) : hasFile ? args : args.slice(1)
  const word = hasFile ? '' : (args[0] ?? '')
  if (word === '' && !hasFile) throw new Error('pod, type/name or --filename must be specified')
  if (command.length === 0) throw new Error('you must specify at least one command for the container')
  return {word, command}
}

const podFromFile = async ({flags: own, io, connect}: Exec): Promise<Obj> => {
  const {infos, errors} = await gather({io, connect, args: [], filenames: own.filename})
  const [info] = infos
  if (!info) throw errors[0] ?? new Error('pod, type/name or --filename must be specified')
  const {kind} = info.resource
  const named = kind === 'Pod' ? info.name : `${info.resource.plural}/${info.name}`
  return (await attachablePod(connect, named, own['pod-running-timeout'])).pod
}

export const exec = async (invocation: Exec): Promise<void> => {
  const {flags: own, io, connect} = invocation
  const {word, command} = asked(invocation)
  const pod =
    word === '' ? await podFromFile(invocation) : (await attachablePod(connect, word, own['pod-running-timeout'])).pod
  const phase = textAt(pod, 'status', 'phase')
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`)
  // One that was named is looked for by the server.
  const container = own.container || chooseContainer(pod, '', io, own.quiet)
  const tty = ttyOrWarning(io, own)
  const {client} = await connect()
  await withTerminal(io, {stdin: own.stdin, tty}, (streams) =>
    runRemote({client, io}, execUrl({pod, container, command, stdin: own.stdin, tty}), streams),
  )
}
