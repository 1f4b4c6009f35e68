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

const endOfLog = (file: string): string => {
  const lines = readEnd(file, MOST_LOG * 2)
    .split('\n')
    .slice(-MOST_LINES - 1)
    .map((line) => line.replace(/^\S+ (stdout|stderr) [FP] ?/, ''))
  return lines.join('\n').slice(-MOST_LOG)
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
