// The components of a running daemon: started in order, paused and resumed, stopped in reverse.
import type {DaemonContext} from './component.ts'
import {components} from './components.ts'
import {Paused} from './paused.ts'
import {type ComponentStatus, type Supervised, supervise} from './supervisor.ts'

export interface RunningComponents {
  status(): readonly ComponentStatus[]
  /** Stops what changes the cluster; the API goes on answering. */
  pause(): Promise<void>
  resume(): void
  readonly paused: boolean
  stop(): Promise<void>
}

export const runComponents = (context: DaemonContext): RunningComponents => {
  const wanted = components.filter((component) => component.wanted(context.config))
  const start = (): Supervised[] =>
    wanted.map((component) => supervise(component.name, (signal) => component.run(context, signal), context))
  let running = start()
  let paused = false
  const stopAll = async (reason?: Error): Promise<void> => {
    for (const component of running.toReversed()) await component.stop(reason)
  }
  return {
    status: () => running.map((component) => component.status()),
    get paused() {
      return paused
    },
    pause: async () => {
      if (paused) return
      paused = true
      await stopAll(new Paused())
    },
    resume: () => {
      if (!paused) return
      paused = false
      running = start()
    },
    stop: async () => {
      // What is frozen cannot end: it goes on for a moment.
      if (paused) running = start()
      paused = false
      await stopAll()
    },
  }
}
