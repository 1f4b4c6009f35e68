// Packages come and go by npm, in a folder of their own.
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {execa} from 'execa'
import type {Io} from '../io.ts'
import {Failure} from '../usage-mistake.ts'
import {pluginFolder, pluginHome} from './packages.ts'

const prepared = (io: Io): string => {
  const folder = pluginFolder(io.env)
  mkdirSync(folder, {recursive: true})
  const file = join(folder, 'package.json')
  if (!existsSync(file)) writeFileSync(file, '{"private": true, "dependencies": {}}\n')
  return folder
}

export const npm = async (io: Io, action: 'install' | 'uninstall', names: readonly string[]): Promise<void> => {
  const folder = prepared(io)
  const {exitCode, failed} = await execa('npm', [action, '--no-audit', '--no-fund', ...names], {
    cwd: folder,
    env: {...io.env},
    stdio: ['ignore', 2, 2],
    reject: false,
  })
  if (failed) throw new Failure(`error: npm ${action} failed`, exitCode ?? 1)
}

/** Installs packages; one without oclif commands is taken out again. */
export const installPackages = async (io: Io, names: readonly string[]): Promise<readonly string[]> => {
  const before = pluginHome(io.env).packages
  await npm(io, 'install', names)
  const added = pluginHome(io.env).packages.filter((name) => !before.includes(name))
  if (added.length === 0 && before.length === 0)
    throw new Failure(`error: no command came with ${names.join(' ')}: a plugin is an npm package with oclif commands`)
  return added
}
