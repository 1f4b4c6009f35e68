// A build as a stream of what happens in it.

import type {BuildEvent, BuildRequest} from '../../lib/cri/image-tools.ts'
import type {Runtime} from '../runtime.ts'
import {runBuild} from './run-build.ts'

export async function* eventsOf(
  runtime: Runtime,
  request: BuildRequest,
  signal: AbortSignal,
): AsyncGenerator<BuildEvent> {
  const waiting: BuildEvent[] = []
  let wake = (): void => undefined
  const gone = new AbortController()
  let over = false
  const build = runBuild(
    runtime,
    request,
    (event) => {
      waiting.push(event)
      wake()
    },
    AbortSignal.any([signal, gone.signal]),
  ).finally(() => {
    over = true
    wake()
  })
  // Awaited below, or nobody is there to hear of it.
  build.catch(() => undefined)
  try {
    for (;;) {
      const event = waiting.shift()
      if (event) yield event
      else if (over) break
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    await build
  } finally {
    gone.abort()
  }
}
