// A word that is no command: a plugin on PATH, a command of an npm package, or a mistake with a near miss.
import {spawnSync} from 'node:child_process'
import {accessSync, constants, statSync} from 'node:fs'
import {join} from 'node:path'
import type {Found} from './find-command.ts'
import {minikubeCommands} from './minikube-commands.ts'
import type {Program} from './run.ts'
import {suggestions} from './suggest.ts'
import {Failure} from './usage-mistake.ts'

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    // Not there, or not ours to run: no plugin.
    return false
  }
}

const findOnPath = (name: string, path: string): string | undefined =>
  path
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)

interface Plugin {
  readonly file: string
  readonly args: readonly string[]
}

/** The longest name wins: `mini foo bar baz` tries foo-bar-baz, foo-bar, foo. */
export const findPlugin = (prefixes: readonly string[], argv: readonly string[], path: string): Plugin | undefined => {
  const end = argv.findIndex((word) => word.startsWith('-'))
  const words = (end < 0 ? argv : argv.slice(0, end)).map((word) => word.replaceAll('-', '_'))
  for (let count = words.length; count > 0; count--)
    for (const prefix of prefixes) {
      const file = findOnPath(`${prefix}-${words.slice(0, count).join('-')}`, path)
      if (file) return {file, args: argv.slice(count)}
    }
  return undefined
}

export const runUnknown = async (program: Program, found: Found): Promise<number> => {
  const {io, name, root} = program
  const [first = ''] = found.argv
  if (first.startsWith('-')) throw new Failure(`Error: flags cannot be placed before plugin name: ${first}`)
  const prefixes = name === 'kubectl' ? ['kubectl'] : ['mini', 'kubectl']
  const plugin = findPlugin(prefixes, found.argv, io.env.PATH ?? '')
  if (plugin) {
    const {status, signal} = spawnSync(plugin.file, plugin.args, {stdio: 'inherit', env: {...process.env}})
    return status ?? (signal ? 1 : 0)
  }
  if (name === 'mini') {
    const {runOclifCommand} = await import('./oclif/run.ts')
    const code = await runOclifCommand(io, found.argv)
    if (code !== undefined) return code
  }
  const elsewhere = name === 'mini' ? minikubeCommands[first] : undefined
  if (elsewhere) throw new Failure(`error: mini has no command ${JSON.stringify(first)}\n\n${elsewhere}\n`)
  const names = (root.commands ?? [])
    .filter((entry) => !entry.hidden && (entry.program ?? name) === name)
    .map((entry) => entry.name)
  const near = suggestions(first, names)
  const help = near.length > 0 ? `\n\nDid you mean this?\n${near.map((word) => `\t${word}\n`).join('')}` : '\n'
  throw new Failure(`error: unknown command ${JSON.stringify(first)} for ${JSON.stringify(name)}${help}`)
}
