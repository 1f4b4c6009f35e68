// The npm packages with oclif commands that a person added: a folder of their own, installed by npm itself.
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {miniHome} from '../../client/profile.ts'
import type {Io} from '../io.ts'

export interface PluginHome {
  readonly folder: string
  /** The packages in it that have oclif commands. */
  readonly packages: readonly string[]
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly oclif?: unknown
}

const manifestIn = (folder: string): Manifest => {
  const file = join(folder, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {}
}

export const pluginFolder = (env: Io['env']): string => join(miniHome(env), 'plugins')

export const pluginHome = (env: Io['env']): PluginHome => {
  const folder = pluginFolder(env)
  const names = Object.keys(manifestIn(folder).dependencies ?? {})
  return {folder, packages: names.filter((name) => manifestIn(join(folder, 'node_modules', name)).oclif !== undefined)}
}
