// Commands of oclif packages: what is none of ours and no program on PATH is looked for in them. Loads oclif, which is
// large, only when there is a package to look into.
import type {Config} from '@oclif/core'
import type {Io} from '../io.ts'
import {type PluginHome, pluginHome} from './packages.ts'

const loadConfig = async ({folder, packages}: PluginHome): Promise<Config> => {
  const {Config: OclifConfig} = await import('@oclif/core')
  return OclifConfig.load({
    root: folder,
    devPlugins: false,
    userPlugins: false,
    pluginAdditions: {core: [...packages], path: folder},
    pjson: {
      name: 'mini',
      version: '0.0.0',
      oclif: {bin: 'mini', dirname: 'mini', topicSeparator: ' '},
    },
  })
}

/** The longest run of words that is a command: `mini cloud login now` tries cloud:login:now first. */
const commandOf = (config: Config, argv: readonly string[]) => {
  const end = argv.findIndex((word) => word.startsWith('-'))
  const words = end < 0 ? argv : argv.slice(0, end)
  for (let count = words.length; count > 0; count--) {
    const command = config.findCommand(words.slice(0, count).join(':'))
    if (command) return {command, rest: argv.slice(count)}
  }
  return undefined
}

const exitCodeOf = (error: unknown): number | undefined => {
  const {oclif} = error as {readonly oclif?: {readonly exit?: number}}
  return oclif?.exit
}

/** The exit code; undefined: no package has such a command. */
export const runOclifCommand = async (io: Io, argv: readonly string[]): Promise<number | undefined> => {
  const home = pluginHome(io.env)
  if (home.packages.length === 0) return undefined
  const config = await loadConfig(home)
  const found = commandOf(config, argv)
  if (!found) return undefined
  if (found.rest.includes('--help')) {
    const {Help} = await import('@oclif/core')
    await new Help(config).showCommandHelp(found.command)
    return 0
  }
  try {
    await config.runCommand(found.command.id, [...found.rest])
    return 0
  } catch (error) {
    const code = exitCodeOf(error)
    if (code === undefined || !(error instanceof Error)) throw error
    if (code !== 0 && error.message !== '') io.err(`error: ${error.message}\n`)
    return code
  }
}

export interface ListedCommand {
  readonly name: string
  readonly summary: string
  readonly package: string
}

export const listOclifCommands = async (io: Io): Promise<readonly ListedCommand[]> => {
  const home = pluginHome(io.env)
  if (home.packages.length === 0) return []
  const {commands} = await loadConfig(home)
  return commands
    .filter(({hidden}) => !hidden)
    .map(({id, summary, description = '', pluginName = ''}) => ({
      name: id.replaceAll(':', ' '),
      summary: summary ?? description.split('\n')[0] ?? '',
      package: pluginName,
    }))
}
