// exec and attach: stdin, stdout, stderr and the outcome of a command in a container.
import type {Status} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {Io} from '../io.ts'
import {Failure} from '../usage-mistake.ts'
import {OUTCOME, overSpdy, overWebSocket, RESIZE, STDERR, STDIN, STDOUT} from './remote-channels.ts'
import {webSocketFirst} from './upgrade.ts'

export interface TerminalSize {
  readonly width: number
  readonly height: number
}

export interface RemoteStreams {
  readonly stdin?: AsyncIterable<Uint8Array> | undefined
  /** The command waits for what it promises. */
  stdout(chunk: Uint8Array): void | Promise<void>
  stderr(chunk: Uint8Array): void
  /** Told the size of the terminal now and whenever it changes. */
  readonly onResize?: ((tell: (size: TerminalSize) => void) => () => void) | undefined
}

/** It may come in pieces; undefined: not all is there yet. */
const parsed = (text: string): Status | undefined => {
  try {
    return JSON.parse(text) as Status
  } catch {
    // More is to come, or never comes.
    return undefined
  }
}

/** What became of the command: nothing is said when all is well. */
const outcomeOf = (status: Status): Failure | undefined => {
  if (status.status === 'Success') return undefined
  const causes = status.details?.causes ?? []
  const code = causes.find(({reason}) => reason === 'ExitCode')?.message
  if (status.reason === 'NonZeroExitCode' && code !== undefined)
    return new Failure(`command terminated with exit code ${code}`, Number(code))
  return new Failure(`error: ${status.message ?? 'the command failed'}`)
}

export interface Remote {
  readonly client: ApiClient
  readonly io: Pick<Io, 'env'>
}

/** Whether the command came to its end; false: the connection went before it. */
export const runRemote = async ({client, io}: Remote, url: string, streams: RemoteStreams): Promise<boolean> => {
  const channels = await webSocketFirst(io, 'KUBECTL_REMOTE_COMMAND_WEBSOCKETS', {
    webSocket: () => overWebSocket(client, url),
    spdy: () => overSpdy(client, url),
  })
  const endResize = streams.onResize?.(({width, height}) => {
    void channels.send(RESIZE, Buffer.from(JSON.stringify({Width: width, Height: height})))
  })
  const feed = async (): Promise<void> => {
    if (!streams.stdin) return
    for await (const chunk of streams.stdin) await channels.send(STDIN, chunk)
    await channels.endStdin()
  }
  let failure: Error | undefined
  let said = ''
  let outcome: Status | undefined
  feed().catch((error: Error) => {
    failure = error
    channels.close()
  })
  try {
    for await (const [channel, payload] of channels.messages()) {
      if (channel === STDOUT) await streams.stdout(payload)
      else if (channel === STDERR) streams.stderr(payload)
      else if (channel === OUTCOME) {
        said += payload.toString('utf8')
        outcome = parsed(said)
        if (outcome) break
      }
    }
  } finally {
    endResize?.()
    channels.close()
  }
  const why = failure ?? (outcome && outcomeOf(outcome))
  if (why) throw why
  return outcome !== undefined
}
