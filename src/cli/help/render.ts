// The help of one command, in kubectl's layout.
import type {CommandDefinition, CommandEntry, Flag, Flags} from '../definition.ts'
import {formatGoDuration} from '../go/duration.ts'
import {byCommandOrder} from './command-order.ts'

export interface HelpTarget {
  readonly definition: CommandDefinition
  readonly words: readonly string[]
  readonly program: 'kubectl' | 'mini'
}

export const shownDefault = (flag: Flag): string => {
  if (flag.shownDefault !== undefined) return flag.type === 'string' ? `'${flag.shownDefault}'` : flag.shownDefault
  switch (flag.type) {
    case 'string':
      return `'${flag.default}'`
    case 'list':
      return `[${flag.default.join(',')}]`
    case 'duration':
      return formatGoDuration(flag.default)
    default:
      return String(flag.default)
  }
}

const flagBlock = ([name, flag]: [string, Flag]): string => {
  const short = flag.short ? `-${flag.short}, ` : ''
  return `    ${short}--${name}=${shownDefault(flag)}:\n\t${flag.description}\n`
}

export const renderFlags = (flags: Flags): string =>
  Object.entries(flags)
    .filter(([, {hidden}]) => !hidden)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(flagBlock)
    .join('\n')

/** Two spaces before every line, whatever the source had. */
const indented = (text: string): string => {
  const lines = text.split('\n')
  const own = Math.min(
    ...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  )
  return lines.map((line) => `  ${line.slice(own)}`).join('\n')
}

const visible = (program: string, entries: readonly CommandEntry[]): CommandEntry[] =>
  entries.filter((entry) => !entry.hidden && (entry.program ?? program) === program)

const commandLines = (entries: readonly CommandEntry[], width: number): string =>
  entries.map(({name, summary}) => `  ${name.padEnd(width)} ${summary}`).join('\n')

/** Two more than the longest name, and never less than 13. */
const nameWidth = (entries: readonly CommandEntry[]): number =>
  Math.max(11, ...entries.map(({name}) => name.length)) + 2

const commandSections = ({definition, program}: HelpTarget): string[] => {
  const entries = visible(program, definition.commands ?? [])
  if (entries.length === 0) return []
  const width = nameWidth(entries)
  if (!entries.some(({group}) => group))
    return [
      `Available Commands:\n${commandLines(
        entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        width,
      )}`,
    ]
  const groups = Map.groupBy(entries.toSorted(byCommandOrder), ({group}) => group ?? 'Other Commands')
  // kubectl keeps a place for plugins, empty as it is.
  const plugins = program === 'kubectl' ? 'Subcommands provided by plugins:' : undefined
  return [...groups].flatMap(([title, members]) => [
    ...(title === 'Other Commands' && plugins ? [plugins] : []),
    `${title}:\n${commandLines(members, width)}`,
  ])
}

const usageLine = ({definition, words, program}: HelpTarget): string => {
  const path = [program, ...words].join(' ')
  const hasFlags = Object.values(definition.flags).some(({hidden}) => !hidden)
  const usage = definition.usage ?? (definition.commands ? 'SUBCOMMAND' : hasFlags ? '[flags]' : '')
  return `Usage:\n  ${path}${usage === '' ? '' : ` ${usage}`} [options]`
}

export const renderHelp = (target: HelpTarget): string => {
  const {definition, words, program} = target
  const path = [program, ...words].join(' ')
  const name = words.at(-1) ?? program
  const sections = [definition.description ?? `${definition.summary}.`]
  if (definition.aliases?.length) sections.push(`Aliases:\n${[name, ...definition.aliases].join(', ')}`)
  if (definition.examples) sections.push(`Examples:\n${indented(definition.examples)}`)
  sections.push(...commandSections(target))
  const flags = renderFlags(definition.flags)
  if (flags !== '') sections.push(`Options:\n${flags.trimEnd()}`)
  sections.push(usageLine(target))
  const more = definition.commands ? `Use "${path} <command> --help" for more information about a given command.\n` : ''
  return `${sections.join('\n\n')}\n\n${more}Use "${program} options" for a list of global command-line options (applies to all commands).\n`
}
