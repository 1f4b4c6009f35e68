// Colours for words that say how something is: loaded only where colours are wanted.
import {Chalk} from 'chalk'

/** Whether to colour was decided already, and the sixteen colours of every terminal are enough. */
const chalk = new Chalk({level: 1})

const good = new Set([
  'Running',
  'Ready',
  'Active',
  'Bound',
  'Complete',
  'Available',
  'Approved',
  'Approved,Issued',
  'True',
])
const past = new Set(['Completed', 'Succeeded', 'Terminating', 'Released', 'Terminated'])
const wait = /^(Pending|ContainerCreating|PodInitializing|Init:|Creating|Suspended|Unknown|SchedulingDisabled|Waiting)/

type Paint = (text: string) => string

const status: Paint = (cell) => {
  const text = cell.trimEnd()
  const [first = ''] = text.split(',')
  if (good.has(text) || good.has(first)) return chalk.green(cell)
  if (past.has(text)) return chalk.gray(cell)
  return wait.test(text) ? chalk.yellow(cell) : chalk.red(cell)
}

/** `1/2`: not all are. */
const ready: Paint = (cell) => {
  const [, is, wanted] = /^(\d+)\/(\d+)\s*$/.exec(cell) ?? []
  return is === wanted ? cell : chalk.yellow(cell)
}

const type: Paint = (cell) => (cell.trimEnd() === 'Warning' ? chalk.yellow(cell) : cell)

const columns: Readonly<Record<string, Paint>> = {STATUS: status, READY: ready, TYPE: type}

export const paintCell = (column: string, cell: string): string => columns[column]?.(cell) ?? cell

/** Lines of a description that say how the object is; and events that warn. */
export const paintDescription = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const [, before = '', field, value = ''] =
        /^(\s*(Status|State|Last State|Ready|Phase|Reason):\s+)(\S.*)$/.exec(line) ?? []
      if (field === 'Ready') return before + (value === 'True' ? chalk.green(value) : chalk.yellow(value))
      if (field === 'Reason') return before + (past.has(value) ? chalk.gray(value) : chalk.red(value))
      if (field !== undefined) return before + status(value)
      return /^ {2}Warning /.test(line) ? chalk.yellow(line) : line
    })
    .join('\n')
