// The components of a running daemon: started in order, paused and resumed, stopped in reverse.
import type {Component, DaemonContext} from './component.ts'
import {components} from './components.ts'
import type {SettledConfig} from './config.ts'
import {Paused} from './paused.ts'
import {type ComponentStatus, type Supervised, supervise} from './supervisor.ts'

export interface RunningComponents {
  status(): readonly ComponentStatus[]
  /** Stops what changes the cluster; the API goes on answering. */
  pause(): Promise<void>
  resume(): void
  readonly paused: boolean
  /** Components that addons matter to start again with these settings; pods go on. */
  change(config: SettledConfig): Promise<void>
  stop(): Promise<void>
}

export const runComponents = (context: DaemonContext): RunningComponents => {
  let current = context
  const startOne = (component: Component): Supervised => {
    const given = current
    return supervise(component.name, (signal) => component.run(given, signal), given)
  }
  const wanted = (): Component[] => components.filter((component) => component.wanted(current.config))
  const start = (): Supervised[] => wanted().map(startOne)
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
    change: async (config) => {
      const concerned = new Set(components.filter(({usesAddons}) => usesAddons).map(({name}) => name))
      const others = new Map(
        running.filter(({name}) => !concerned.has(name)).map((component) => [component.name, component]),
      )
      // Like a pause: what they keep running goes on.
      if (!paused)
        for (const component of running.toReversed())
          if (concerned.has(component.name)) await component.stop(new Paused('the addons change'))
      current = {...current, config}
      if (!paused) running = wanted().map((component) => others.get(component.name) ?? startOne(component))
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
