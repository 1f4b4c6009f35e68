// Changes to kubeconfig files: an entry is changed in the file that has it, and made in the first file there is.
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {Invocation} from '../invocation.ts'
import {writeYaml} from '../yaml/write.ts'
import {documentOf} from './document.ts'
import {emptyConfig, type KubeConfig, kubeconfigFiles, loadFile} from './kubeconfig.ts'

type Wants = Pick<Invocation, 'globals' | 'io'>
export type Part = 'clusters' | 'users' | 'contexts'

interface EditedFile {
  readonly file: string
  readonly config: KubeConfig
  isChanged: boolean
}

export interface Edit {
  /** As messages name it. */
  readonly defaultFile: string
  find<T>(part: Part, name: string): T | undefined
  names(part: Part): string[]
  /** The file of an entry, or the one it would be made in. */
  fileOf(part: Part, name: string): string
  set(part: Part, name: string, entry: object): void
  remove(part: Part, name: string): void
  currentContext(): string
  setCurrentContext(name: string): void
  preferences(): Record<string, unknown>
  setPreferences(preferences: Record<string, unknown>): void
  save(): void
}

const lockFile = (file: string): (() => void) => {
  const lock = `${file}.lock`
  try {
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(lock, '', {flag: 'wx', mode: 0o600})
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    throw new Error(`failed to lock file ${file}: open ${lock}: file exists`, {cause: error})
  }
  return () => rmSync(lock, {force: true})
}

const writeConfig = (file: string, config: KubeConfig): void => {
  const unlock = lockFile(file)
  try {
    writeFileSync(file, writeYaml(documentOf(config)), {mode: 0o600})
  } finally {
    unlock()
  }
}

const mapOf = (config: KubeConfig, part: Part): Map<string, object> => config[part] as Map<string, object>

export const editKubeconfig = (wants: Wants): Edit => {
  const paths = kubeconfigFiles(wants)
  const files: EditedFile[] = paths.map((file) => ({file, config: loadFile(file) ?? emptyConfig(), isChanged: false}))
  const first = files.find(({file}) => existsSync(file)) ?? files.at(-1)
  const owner = (part: Part, name: string): EditedFile | undefined =>
    files.find(({config}) => mapOf(config, part).has(name)) ?? first
  const inCurrent = (): EditedFile | undefined => files.find(({config}) => config.currentContext !== '') ?? first
  const change = (file: EditedFile | undefined, make: (config: KubeConfig) => void): void => {
    if (!file) return
    make(file.config)
    file.isChanged = true
  }
  // Messages show the path as it was given.
  const shown = (file: string | undefined): string => wants.globals.kubeconfig || file || ''
  return {
    defaultFile: shown(first?.file),
    find: <T>(part: Part, name: string) => {
      const entry = files.map(({config}) => mapOf(config, part).get(name)).find((found) => found !== undefined)
      return entry as T | undefined
    },
    names: (part) => [...new Set(files.flatMap(({config}) => [...mapOf(config, part).keys()]))].toSorted(),
    fileOf: (part, name) => shown(owner(part, name)?.file),
    set: (part, name, entry) => change(owner(part, name), (config) => mapOf(config, part).set(name, entry)),
    remove: (part, name) => change(owner(part, name), (config) => mapOf(config, part).delete(name)),
    currentContext: () => inCurrent()?.config.currentContext ?? '',
    setCurrentContext: (name) =>
      change(inCurrent(), (config) => {
        config.currentContext = name
      }),
    preferences: () => files.find(({config}) => config.preferences)?.config.preferences ?? {},
    setPreferences: (preferences) =>
      change(files.find(({config}) => config.preferences) ?? first, (config) => {
        config.preferences = preferences
      }),
    save: () => {
      for (const {file, config, isChanged} of files) if (isChanged) writeConfig(file, config)
    },
  }
}
