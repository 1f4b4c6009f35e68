// The few commands a simulated container knows. Anything else is not there, as in an image without a shell.

import type {DeepReadonly} from '../../api/object.ts'
import type {Container, Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'

export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

const printed = (stdout: string): Outcome => ({stdout, stderr: '', exitCode: 0})
const ended = (exitCode: number): Outcome => ({stdout: '', stderr: '', exitCode})

const environment = (pod: Cached<Pod>, container: DeepReadonly<Container> | undefined): Map<string, string> =>
  new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', pod.metadata.name],
    ...(container?.env ?? []).flatMap(({name, value}) => (value === undefined ? [] : [[name, value] as const])),
  ])

const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? '')

export const runCommand = (
  command: readonly string[],
  {pod, container, nowMs}: {pod: Cached<Pod>; container: string; nowMs: number},
): Outcome => {
  const [name = '', ...args] = command
  const variables = environment(
    pod,
    pod.spec?.containers.find((each) => each.name === container),
  )
  switch (name.slice(name.lastIndexOf('/') + 1)) {
    case 'sh':
    case 'bash':
      return args[0] === '-c' ? runCommand(words(args[1] ?? ''), {pod, container, nowMs}) : ended(0)
    case 'echo':
      return printed(args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`)
    case 'hostname':
      return printed(args[0] === '-i' ? `${pod.status?.podIP ?? ''}\n` : `${pod.metadata.name}\n`)
    case 'env':
    case 'printenv': {
      const [wanted] = args
      if (wanted === undefined) return printed([...variables].map(([key, value]) => `${key}=${value}\n`).join(''))
      const value = variables.get(wanted)
      return value === undefined ? ended(1) : printed(`${value}\n`)
    }
    case 'date':
      return printed(`${new Date(nowMs).toUTCString()}\n`)
    case 'true':
    case 'sleep':
      return ended(0)
    case 'false':
      return ended(1)
    case 'exit':
      return ended(Number(args[0] ?? 0))
    default:
      return {stdout: '', stderr: `exec: "${name}": executable file not found in $PATH\n`, exitCode: 127}
  }
}

/** The last word of a remote command, on its error channel. */
export const exitStatus = (exitCode: number): string =>
  JSON.stringify(
    exitCode === 0
      ? {metadata: {}, status: 'Success'}
      : {
          metadata: {},
          status: 'Failure',
          message: `command terminated with non-zero exit code: exit status ${exitCode}`,
          reason: 'NonZeroExitCode',
          details: {causes: [{reason: 'ExitCode', message: String(exitCode)}]},
        },
  )
