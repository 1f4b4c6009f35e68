// The archive a container's tar writes, taken up again where the connection broke.
import {PassThrough} from 'node:stream'

interface RemoteTar {
  readonly path: string
  /** Negative: without end. */
  readonly retries: number
  warn(text: string): void
  /** Whether the command came to its end. */
  run(command: readonly string[], stdout: (chunk: Uint8Array) => void | Promise<void>): Promise<boolean>
}

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`

const commandFor = ({path, retries}: RemoteTar, received: number): string[] =>
  retries === 0 ? ['tar', 'cf', '-', path] : ['sh', '-c', `tar cf - ${quoted(path)} | tail -c+${received + 1}`]

const fill = async (remote: RemoteTar, pipe: PassThrough): Promise<void> => {
  let received = 0
  for (let tried = 0; ; tried++) {
    const isComplete = await remote.run(commandFor(remote, received), async (chunk) => {
      received += chunk.length
      await new Promise<void>((taken) => pipe.write(chunk, () => taken()))
    })
    if (isComplete) break
    if (remote.retries >= 0 && tried >= remote.retries) {
      if (remote.retries > 0) remote.warn(`Dropping out copy after ${remote.retries} retries\n`)
      throw new Error('unexpected EOF')
    }
    remote.warn(`Resuming copy at ${received} bytes, retry ${tried + 1}/${remote.retries}\n`)
  }
  pipe.end()
}

export const remoteTar = (remote: RemoteTar): AsyncIterable<Uint8Array> => {
  const pipe = new PassThrough()
  fill(remote, pipe).catch((error: Error) => pipe.destroy(error))
  return pipe
}
