// A person's preferences: defaults of flags, and aliases of commands.
import {existsSync, readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {policyIn} from '../connection/plugin-policy.ts'
import type {Io} from '../io.ts'
import {isMap, listAt, type Obj, textAt, textsAt} from '../objects.ts'
import {Failure} from '../usage-mistake.ts'
import {readYaml} from '../yaml/read.ts'

export interface Option {
  readonly name: string
  readonly value: string
}

export interface Alias {
  readonly name: string
  readonly command: readonly string[]
  readonly prependArgs: readonly string[]
  readonly appendArgs: readonly string[]
  readonly options: readonly Option[]
}

export interface Preferences {
  readonly aliases: readonly Alias[]
  /** By the words of the command, with spaces between them. */
  readonly defaults: ReadonlyMap<string, readonly Option[]>
}

const GROUP = 'kubectl.config.k8s.io'
const none: Preferences = {aliases: [], defaults: new Map()}

export const failure = (why: string): Failure => new Failure(`error occurred while applying preferences ${why}`)

/** --kuberc, else KUBERC, else the usual place; undefined: turned off. */
const placeOf = (flag: string, {env, cwd}: Io): {readonly file: string; readonly asked: string} | undefined => {
  const asked = flag || env.KUBERC || ''
  if (asked === 'off') return undefined
  return {asked, file: asked === '' ? join(env.HOME ?? '', '.kube', 'kuberc') : resolve(cwd, asked)}
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

const optionsOf = (entry: Obj, field: string): Option[] =>
  listAt(entry, field).map((option) => ({name: textAt(option, 'name'), value: textAt(option, 'default')}))

const known = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'defaults',
  'overrides',
  'aliases',
  'credentialPluginPolicy',
  'credentialPluginAllowlist',
])

const parse = (text: string): Obj | undefined => {
  try {
    const read = readYaml(text)
    return isMap(read) ? read : undefined
  } catch {
    return undefined
  }
}

const preferencesIn = (raw: Obj, io: Io, file: string): Preferences => {
  // The alpha version has other names for the same.
  const isAlpha = raw.apiVersion === `${GROUP}/v1alpha1`
  const [defaults, options] = isAlpha ? ['overrides', 'flags'] : ['defaults', 'options']
  const odd = Object.keys(raw).filter((field) => !known.has(field))
  if (odd.length > 0)
    io.err(
      `kuberc: ignoring strict decoding error in ${file}: strict decoding error: ${odd.map((field) => `unknown field ${JSON.stringify(field)}`).join(', ')}`,
    )
  return {
    aliases: listAt(raw, 'aliases').map((entry) => ({
      name: textAt(entry, 'name'),
      command: words(textAt(entry, 'command')),
      prependArgs: textsAt(entry, 'prependArgs'),
      appendArgs: textsAt(entry, 'appendArgs'),
      options: optionsOf(entry, options ?? ''),
    })),
    defaults: new Map(
      listAt(raw, defaults ?? '').map((entry) => [
        words(textAt(entry, 'command')).join(' '),
        optionsOf(entry, options ?? ''),
      ]),
    ),
  }
}

export const readPreferences = (flag: string, io: Io): Preferences => {
  const place = placeOf(flag, io)
  if (!place) return none
  const {file, asked} = place
  if (!existsSync(file)) {
    if (asked === '') return none
    throw failure(`kuberc error kuberc: open ${asked}: no such file or directory`)
  }
  const raw = parse(readFileSync(file, 'utf8'))
  const versions = [`${GROUP}/v1beta1`, `${GROUP}/v1alpha1`, `${GROUP}/v1`]
  if (!raw || !versions.includes(textAt(raw, 'apiVersion'))) {
    io.err(
      `kuberc: no preferences loaded from ${file}: no valid preferences found in ${file}, use --v=5 to see details`,
    )
    return none
  }
  try {
    policyIn(raw)
  } catch (error) {
    throw failure(error instanceof Error ? error.message : String(error))
  }
  return preferencesIn(raw, io, file)
}
