// The file with a person's preferences: defaults of flags, and aliases.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {allowAll, type PluginPolicy, policyIn} from './connection/plugin-policy.ts'
import type {Invocation} from './invocation.ts'
import {isMap, type Obj} from './objects.ts'
import {Failure} from './usage-mistake.ts'
import {readYaml} from './yaml/read.ts'
import {writeYaml} from './yaml/write.ts'

export const kubercFile = ({globals, io}: Pick<Invocation, 'globals' | 'io'>): string => {
  const {kuberc} = globals
  if (kuberc === 'off' || io.env.KUBERC === 'off') throw new Error('KUBERC is disabled via KUBERC=off or --kuberc=off')
  return resolve(io.cwd, kuberc || io.env.KUBERC || join(io.env.HOME ?? '', '.kube', 'kuberc'))
}

export const readKuberc = (file: string): Obj | undefined => {
  if (!existsSync(file)) return undefined
  const read = readYaml(readFileSync(file, 'utf8'))
  return isMap(read) ? read : undefined
}

export const emptyKuberc = (): Obj => ({apiVersion: 'kubectl.config.k8s.io/v1beta1', kind: 'Preference'})

export const writeKuberc = (file: string, preferences: Obj): void => {
  mkdirSync(dirname(file), {recursive: true})
  writeFileSync(file, writeYaml(preferences), {mode: 0o600})
}

/** Which credential plugins may run; read only when one is about to. */
export const pluginPolicy = (wants: Pick<Invocation, 'globals' | 'io'>): PluginPolicy => {
  const {kuberc} = wants.globals
  if (kuberc === 'off' || wants.io.env.KUBERC === 'off') return allowAll
  try {
    return policyIn(readKuberc(kubercFile(wants)))
  } catch (error) {
    throw new Failure(
      `error occurred while applying preferences ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
