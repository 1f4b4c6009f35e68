// A process that was launched, and how launches are asked for.
import type {Readable, Writable} from 'node:stream'
import type {LaunchSpec} from './spec.ts'

export interface Exit {
  readonly code: number
  /** Set when a signal ended it. */
  readonly signal?: NodeJS.Signals | undefined
}

export interface Launched {
  /** The command's pid as this machine counts. */
  readonly pid: number
  /** With a terminal: of the program that made it. */
  readonly terminalPid?: number | undefined
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  /** Absent with a terminal: there is one stream then. */
  readonly stderr: Readable | undefined
  readonly exited: Promise<Exit>
}

/** Rejects when the command could not be started; then nothing of it is left. */
export type Launch = (spec: LaunchSpec) => Promise<Launched>

export class LaunchError extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'LaunchError'
    this.exitCode = exitCode
  }
}
