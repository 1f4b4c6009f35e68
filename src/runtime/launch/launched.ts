// A process that was launched, and how launches are asked for.
import {PassThrough, type Readable, type Writable} from 'node:stream'
import type {LaunchSpec, ProcessSpec} from './spec.ts'

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
  /** Its descendants are a process group of its number, and nothing else keeps them together. */
  readonly leadsGroup?: boolean | undefined
  /** Drops what is kept of it, after its exit has been looked at. */
  forget?(): Promise<void>
  /** How to run something further in it; absent: by entering its namespaces. */
  prepareExec?(process: ProcessSpec, tty: boolean): PreparedExec
}

export interface PreparedExec {
  /** For a shell. */
  readonly script: string
  /** Of the process, which runs on when the shell that asked for it is killed; 0: it does not, or is not there yet. */
  pid(): number
  /** After it has ended. */
  forget(): void
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

/** Read from the start: Node throws away what nobody reads when a child ends before its launch was reported. */
export const kept = (stream: Readable): Readable => stream.pipe(new PassThrough())
