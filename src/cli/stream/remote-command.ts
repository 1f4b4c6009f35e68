// exec and attach: stdin, stdout, stderr and the outcome as channels of one WebSocket.
import type {Status} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import {Failure} from '../usage-mistake.ts'
import {openWebSocket} from './websocket.ts'

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const OUTCOME = 3
const RESIZE = 4
const CLOSED = 255

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

const onChannel = (channel: number, payload: Uint8Array): Buffer => Buffer.concat([Buffer.from([channel]), payload])

/** What became of the command: nothing is said when all is well. */
const outcomeOf = (status: Status): Failure | undefined => {
  if (status.status === 'Success') return undefined
  const causes = status.details?.causes ?? []
  const code = causes.find(({reason}) => reason === 'ExitCode')?.message
  if (status.reason === 'NonZeroExitCode' && code !== undefined)
    return new Failure(`command terminated with exit code ${code}`, Number(code))
  return new Failure(`error: ${status.message ?? 'the command failed'}`)
}

/** Whether the command came to its end; false: the connection went before it. */
export const runRemote = async (client: ApiClient, url: string, streams: RemoteStreams): Promise<boolean> => {
  const socket = await openWebSocket(client, url, ['v5.channel.k8s.io', 'v4.channel.k8s.io'])
  const endResize = streams.onResize?.(({width, height}) => {
    void socket.send(onChannel(RESIZE, Buffer.from(JSON.stringify({Width: width, Height: height}))))
  })
  const feed = async (): Promise<void> => {
    if (!streams.stdin) return
    for await (const chunk of streams.stdin) await socket.send(onChannel(STDIN, chunk))
    if (socket.protocol === 'v5.channel.k8s.io') await socket.send(Buffer.from([CLOSED, STDIN]))
  }
  let failure: Error | undefined
  let isComplete = false
  feed().catch((error: Error) => {
    failure = error
    socket.close()
  })
  try {
    for await (const message of socket.messages()) {
      const payload = message.subarray(1)
      if (message[0] === STDOUT) await streams.stdout(payload)
      else if (message[0] === STDERR) streams.stderr(payload)
      else if (message[0] === OUTCOME && payload.length > 0) {
        isComplete = true
        failure ??= outcomeOf(JSON.parse(payload.toString('utf8')) as Status)
        break
      }
    }
  } finally {
    endResize?.()
    socket.close()
  }
  if (failure) throw failure
  return isComplete
}
