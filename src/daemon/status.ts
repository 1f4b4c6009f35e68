// What `mini status` shows.
import type {SettledConfig} from './config.ts'
import type {ComponentStatus} from './supervisor.ts'

export interface DaemonStatus {
  readonly profile: string
  readonly version: string
  readonly pid: number
  readonly startedAt: string
  readonly uptimeSeconds: number
  readonly paused: boolean
  readonly memoryBytes: number
  readonly endpoints: Readonly<Record<string, string>>
  readonly config: SettledConfig
  readonly revision: number
  readonly components: readonly ComponentStatus[]
  readonly nodes: {readonly ready: number; readonly total: number}
  /** What runs containers, and how much of one it can make here. */
  readonly runtime: string
  /** What this machine cannot do, and so this cluster lacks. */
  readonly lacks: readonly string[]
}
