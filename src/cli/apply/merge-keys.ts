// Which lists of the built-in kinds are merged item by item in a strategic merge patch, and by what.
import {isMap} from '../objects.ts'

const byField: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  schedulingGates: 'name',
  conditions: 'type',
  ownerReferences: 'uid',
  secrets: 'name',
  webhooks: 'name',
  matchConditions: 'name',
  addresses: 'type',
}

/** Lists of plain values that are merged as sets. */
export const isSet = (field: string): boolean => field === 'finalizers'

/** Fields whose other keys go when one of theirs changes. */
export const retainsKeys = (field: string): boolean => field === 'strategy' || field === 'volumes'

export const mergeKeyOf = (field: string, items: readonly unknown[]): string | undefined => {
  if (field === 'ports')
    return items.some((item) => isMap(item) && 'containerPort' in item)
      ? 'containerPort'
      : items.some((item) => isMap(item) && 'port' in item)
        ? 'port'
        : undefined
  return byField[field]
}
