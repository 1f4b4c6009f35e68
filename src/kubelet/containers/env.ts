// A container's environment, in Kubernetes' order of precedence: services, envFrom, env.
import type {DeepReadonly} from '../../api/object.ts'
import type {ConfigMap, EnvVar, Secret} from '../../api/schema/types.gen.ts'
import type {PodContainer, PodEphemeral, ThePod} from '../pods/types.ts'
import {containersOf, initContainersOf} from '../pods/types.ts'
import {expand} from './expand.ts'
import {type FieldSources, fieldText, resourceText} from './field-ref.ts'

export interface ConfigSource {
  configMap(namespace: string, name: string): Promise<DeepReadonly<ConfigMap> | undefined>
  secret(namespace: string, name: string): Promise<DeepReadonly<Secret> | undefined>
}

/** The container cannot be made for a reason that its user can mend. */
export class ConfigError extends Error {
  readonly reason: string
  constructor(message: string, reason = 'CreateContainerConfigError') {
    super(message)
    this.name = 'ConfigError'
    this.reason = reason
  }
}

const dataOf = (secret: DeepReadonly<Secret>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  )

const fromReferences = async (
  pod: ThePod,
  {envFrom = []}: PodContainer | PodEphemeral,
  source: ConfigSource,
  env: Map<string, string>,
): Promise<void> => {
  const namespace = pod.metadata.namespace ?? ''
  for (const {configMapRef, secretRef, prefix = ''} of envFrom) {
    let data: Readonly<Record<string, string>> = {}
    if (configMapRef) {
      const found = await source.configMap(namespace, configMapRef.name ?? '')
      if (!found && !configMapRef.optional) throw new ConfigError(`configmap "${configMapRef.name}" not found`)
      data = found?.data ?? {}
    } else if (secretRef) {
      const found = await source.secret(namespace, secretRef.name ?? '')
      if (!found && !secretRef.optional) throw new ConfigError(`secret "${secretRef.name}" not found`)
      data = found ? dataOf(found) : {}
    }
    for (const [key, value] of Object.entries(data)) env.set(prefix + key, value)
  }
}

const missingKey = (key: string, kind: string, namespace: string, name: string): ConfigError =>
  new ConfigError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`)

const referenced = async (
  pod: ThePod,
  container: PodContainer | PodEphemeral,
  {valueFrom}: DeepReadonly<EnvVar>,
  source: ConfigSource,
  fields: FieldSources,
): Promise<string | undefined> => {
  const namespace = pod.metadata.namespace ?? ''
  if (valueFrom?.fieldRef) return fieldText(pod, valueFrom.fieldRef, fields)
  if (valueFrom?.resourceFieldRef)
    return resourceText(
      [...containersOf(pod), ...initContainersOf(pod)],
      container as PodContainer,
      valueFrom.resourceFieldRef,
      fields,
    )
  const configRef = valueFrom?.configMapKeyRef
  if (configRef) {
    const {key, name = '', optional} = configRef
    const found = await source.configMap(namespace, name)
    if (!found && !optional) throw new ConfigError(`configmap "${name}" not found`)
    const value = found?.data?.[key]
    if (found && value === undefined && !optional) throw missingKey(key, 'ConfigMap', namespace, name)
    return value
  }
  const secretRef = valueFrom?.secretKeyRef
  if (secretRef) {
    const {key, name = '', optional} = secretRef
    const found = await source.secret(namespace, name)
    if (!found && !optional) throw new ConfigError(`secret "${name}" not found`)
    const value = found ? dataOf(found)[key] : undefined
    if (found && value === undefined && !optional) throw missingKey(key, 'Secret', namespace, name)
    return value
  }
  return undefined
}

/** Rejects with ConfigError where something it needs is not there. */
export const containerEnv = async (
  pod: ThePod,
  container: PodContainer | PodEphemeral,
  services: readonly (readonly [string, string])[],
  source: ConfigSource,
  fields: FieldSources,
): Promise<ReadonlyMap<string, string>> => {
  const env = new Map<string, string>()
  const own = new Map<string, string>()
  await fromReferences(pod, container, source, own)
  const known = new Map([...services, ...own])
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom
      ? await referenced(pod, container, variable, source, fields)
      : expand(variable.value ?? '', known)
    if (value === undefined) continue
    own.set(variable.name, value)
    known.set(variable.name, value)
  }
  for (const [name, value] of own) env.set(name, value)
  for (const [name, value] of services) if (!env.has(name)) env.set(name, value)
  return env
}
