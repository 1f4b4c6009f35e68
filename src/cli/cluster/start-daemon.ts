// Brings a profile's daemon up, whoever else is doing the same.
import type {Profile} from '../../client/profile.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {askDaemon, NotRunningError} from './daemon.ts'
import {type DaemonArguments, type StartNews, spawnDaemon} from './spawn-daemon.ts'

export interface DaemonSummary {
  readonly profile: string
  readonly version: string
  readonly pid: number
  readonly endpoints: Readonly<Record<string, string>>
  readonly nodes: {readonly ready: number; readonly total: number}
  readonly lacks: readonly string[]
}

export interface Started {
  readonly alreadyRunning: boolean
  readonly status: DaemonSummary
  readonly warnings: readonly string[]
}

export interface StartRequest extends Omit<DaemonArguments, 'profile' | 'home'> {
  readonly timeoutMs: number
  readonly onStep: (step: string, ms: number) => void
}

/** Undefined when nobody answers. */
export const statusOrNone = async (profile: Profile): Promise<DaemonSummary | undefined> => {
  try {
    return await askDaemon<DaemonSummary>(profile, 'GET', 'status', {timeoutMs: 10_000})
  } catch (error) {
    if (error instanceof NotRunningError) return undefined
    throw error
  }
}

export const startDaemon = async (profile: Profile, request: StartRequest): Promise<Started> => {
  const running = await statusOrNone(profile)
  if (running) return {alreadyRunning: true, status: running, warnings: []}
  const end = performance.now() + request.timeoutMs
  const news = await lastNews(profile, request)
  if ('error' in news) throw news.usage ? new UsageError(news.error) : new Error(news.error)
  // With `running` another start is a moment ahead of this one: wait for its daemon.
  for (;;) {
    const status = await statusOrNone(profile)
    if (status) return {alreadyRunning: 'running' in news, status, warnings: 'ready' in news ? news.warnings : []}
    if (performance.now() > end)
      throw new UsageError(
        `a daemon holds ${profile.lockFile} but does not answer; see ${profile.daemonLog}, or end it with: mini stop`,
      )
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const lastNews = async (profile: Profile, request: StartRequest): Promise<Exclude<StartNews, {step: string}>> => {
  const {changes, restore, kubeconfig, wait, timeoutMs, onStep} = request
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () =>
        reject(
          new UsageError(
            `the cluster was not ready within ${timeoutMs / 1000} s; it goes on starting: mini status shows how far it is`,
          ),
        ),
      timeoutMs,
    ).unref()
  })
  const news = spawnDaemon(profile, {profile: profile.name, home: profile.home, changes, restore, kubeconfig, wait})
  for (;;) {
    const next = await Promise.race([news.next(), late])
    if (next.done) throw new Error(`the daemon said nothing; see ${profile.daemonLog}`)
    if (!('step' in next.value)) return next.value
    onStep(next.value.step, next.value.ms)
  }
}
