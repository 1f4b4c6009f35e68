// Which credential plugins may run, by the user's kuberc.
import {accessSync, constants} from 'node:fs'
import {basename, isAbsolute, join, resolve} from 'node:path'
import type {Io} from '../io.ts'
import {isMap, listAt, type Obj, textAt} from '../objects.ts'

export interface PluginPolicy {
  readonly kind: 'AllowAll' | 'DenyAll' | 'Allowlist'
  /** Names, or full paths, of what an allow list allows. */
  readonly allowed: readonly string[]
}

export const allowAll: PluginPolicy = {kind: 'AllowAll', allowed: []}

export const policyIn = (preferences: Obj | undefined): PluginPolicy => {
  if (!isMap(preferences)) return allowAll
  const kind = textAt(preferences, 'credentialPluginPolicy')
  const hasList = preferences.credentialPluginAllowlist !== undefined && preferences.credentialPluginAllowlist !== null
  if (kind !== '' && kind !== 'AllowAll' && kind !== 'DenyAll' && kind !== 'Allowlist')
    throw new Error(`unknown plugin policy: ${JSON.stringify(kind)}`)
  if (hasList && kind !== 'Allowlist')
    throw new Error(
      `misconfigured credential plugin allowlist: plugin policy is ${JSON.stringify(kind)} but allowlist is non-nil`,
    )
  const list = listAt(preferences, 'credentialPluginAllowlist')
  if (kind === 'Allowlist' && list.length === 0)
    throw new Error('misconfigured credential plugin allowlist: plugin policy is "Allowlist" but allowlist is empty')
  const allowed = list.map((entry) => textAt(entry, 'name') || textAt(entry, 'command'))
  if (allowed.includes(''))
    throw new Error('misconfigured credential plugin allowlist: misconfigured allowlist: empty allowlist entry')
  return {kind: kind === '' ? 'AllowAll' : kind, allowed}
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const pathOf = (command: string, {env, cwd}: Io): string | undefined => {
  if (command.includes('/')) return isExecutable(resolve(cwd, command)) ? resolve(cwd, command) : undefined
  const places = (env.PATH ?? '').split(':').map((folder) => join(folder, command))
  return places.find(isExecutable)
}

export const checkPolicy = ({kind, allowed}: PluginPolicy, command: string, io: Io): void => {
  if (kind === 'AllowAll') return
  const refused = new Error(`plugin ${JSON.stringify(command)} not allowed: policy set to ${JSON.stringify(kind)}`)
  if (kind === 'DenyAll') throw refused
  const path = pathOf(command, io)
  if (path === undefined)
    throw new Error(
      `plugin path ${JSON.stringify(command)} cannot be resolved for credential plugin allowlist check: exec: ${JSON.stringify(command)}: executable file not found in $PATH`,
    )
  const isMatch = (entry: string): boolean =>
    isAbsolute(entry)
      ? entry === path
      : entry.includes('/')
        ? resolve(io.cwd, entry) === path
        : entry === basename(path)
  if (!allowed.some(isMatch))
    throw new Error(
      `plugin ${JSON.stringify(command)} not allowed: plugin path ${JSON.stringify(path)} is not permitted by the credential plugin allowlist`,
    )
}
