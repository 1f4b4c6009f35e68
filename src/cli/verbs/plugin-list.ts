import {accessSync, constants, readdirSync} from 'node:fs'
import {join} from 'node:path'
import type {flags} from '../commands/plugin/list.ts'
import type {Invocation} from '../invocation.ts'

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    // PATH may name folders that are not there.
    return []
  }
}

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Listed, with a warning.
    return false
  }
}

export const pluginList = async ({flags: own, io, program}: Invocation<typeof flags>): Promise<number> => {
  const prefixes = program === 'kubectl' ? ['kubectl-'] : ['mini-', 'kubectl-']
  const folders = [...new Set((io.env.PATH ?? '').split(':'))].filter((folder) => folder.trim() !== '')
  const found = folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
      .map((name) => ({name, file: join(folder, name)})),
  )
  const commands = program === 'mini' ? await (await import('../oclif/run.ts')).listOclifCommands(io) : []
  if (found.length === 0 && commands.length === 0) throw new Error('unable to find any kubectl plugins in your PATH')
  io.out('The following compatible plugins are available:\n\n')
  const seen = new Map<string, string>()
  let warnings = 0
  for (const {name, file} of found) {
    io.out(`${own['name-only'] ? name : file}\n`)
    const first = seen.get(name)
    const warning = !isExecutable(file)
      ? `${file} identified as a kubectl plugin, but it is not executable`
      : first === undefined
        ? undefined
        : `${file} is overshadowed by a similarly named plugin: ${first}`
    if (first === undefined) seen.set(name, file)
    if (warning === undefined) continue
    warnings++
    io.err(`  - warning: ${warning}\n`)
  }
  for (const command of commands) io.out(`${command.name}${own['name-only'] ? '' : ` (${command.package})`}\n`)
  if (warnings === 0) return 0
  throw new Error(warnings === 1 ? 'one plugin warning was found' : `${warnings} plugin warnings were found`)
}
