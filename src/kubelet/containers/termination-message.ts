// What a container said about its end: its termination file, or the end of its log where the policy allows.
import {closeSync, existsSync, openSync, readFileSync, readSync, statSync} from 'node:fs'
import type {ObservedContainer, PodContainer, PodEphemeral} from '../pods/types.ts'

const MOST_FILE = 4096
const MOST_LOG = 2048
const MOST_LINES = 80

const readEnd = (file: string, bytes: number): string => {
  const {size} = statSync(file)
  const descriptor = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(size, bytes))
    readSync(descriptor, buffer, 0, buffer.length, Math.max(0, size - buffer.length))
    return buffer.toString()
  } finally {
    closeSync(descriptor)
  }
}

/** A line that was not finished has no end here either. */
const textOf = (line: string): string => {
  const found = /^\S+ (?:stdout|stderr) ([FP]) ?/.exec(line)
  return `${line.slice(found?.[0].length ?? 0)}${found?.[1] === 'P' ? '' : '\n'}`
}

const endOfLog = (file: string): string => {
  const lines = readEnd(file, MOST_LOG * 2)
    .split('\n')
    .filter(Boolean)
    .slice(-MOST_LINES)
  return lines.map(textOf).join('').slice(-MOST_LOG)
}

export const terminationMessage = (
  container: PodContainer | PodEphemeral | undefined,
  run: ObservedContainer,
  file: string,
): string => {
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8').slice(0, MOST_FILE)
    if (text !== '') return text
  }
  const fallsBack = container?.terminationMessagePolicy === 'FallbackToLogsOnError' && run.exitCode !== 0
  return fallsBack && run.logPath && existsSync(run.logPath) ? endOfLog(run.logPath) : ''
}
