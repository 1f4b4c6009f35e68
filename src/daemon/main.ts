// minid: the program `mini start` leaves running. Its one argument says which profile and what changed; file descriptor 3
// is how it tells the starter what happens.
import {writeSync} from 'node:fs'
import {profileNamed} from '../client/profile.ts'
import {UsageError} from '../lib/usage-error.ts'
import {cleanUp} from './clean-up.ts'
import {startDaemon} from './start.ts'

interface Arguments {
  readonly profile: string
  readonly home: string
  readonly changes: Readonly<Record<string, unknown>>
  readonly restore?: string
  readonly kubeconfig?: string
  readonly wait?: boolean
  /** Do not start: remove what the profile left in the kernel and the kubeconfig. */
  readonly cleanup?: boolean
}

const NEWS = 3

// A promise somebody forgot must not take the cluster down; the log tells of it.
process.on('unhandledRejection', (error) => console.error('unhandled rejection', error))

/** The starter may be gone (Ctrl-C): that is no reason to stop. */
const tell = (news: object): void => {
  try {
    writeSync(NEWS, `${JSON.stringify(news)}\n`)
  } catch {
    // Nobody listens any more.
  }
}

const startedAt = performance.timeOrigin
const sinceStart = (): number => Math.round(performance.timeOrigin + performance.now() - startedAt)

const args = JSON.parse(process.argv[2] ?? '{}') as Arguments
const profile = profileNamed(args.profile, {MINI_HOME: args.home})

try {
  if (args.cleanup) {
    await cleanUp(profile, {kubeconfig: args.kubeconfig, path: process.env.PATH ?? ''})
    process.exit()
  }
  const daemon = await startDaemon({
    profile,
    changes: args.changes,
    restore: args.restore,
    kubeconfig: args.kubeconfig,
    wait: args.wait ?? true,
    path: process.env.PATH ?? '',
    onStep: (step) => tell({step, ms: sinceStart()}),
  })
  if (daemon === undefined) tell({running: true})
  else {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void daemon.stop())
    tell({ready: true, pid: process.pid, ms: sinceStart(), warnings: daemon.warnings})
    await daemon.stopped
  }
} catch (error) {
  tell({error: error instanceof Error ? error.message : String(error), usage: error instanceof UsageError})
  console.error(error)
  process.exitCode = 1
}
// Whatever a library left behind must not keep a stopped daemon alive.
process.exit()
