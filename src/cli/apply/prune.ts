// apply --prune: objects that were applied once, carry the labels and are in no file any more.
import type {Resource} from '../../api/resource.ts'
import type {Connection} from '../connection/connection.ts'
import {type Info, listUrl} from '../input/select.ts'
import type {Io} from '../io.ts'
import {lastAppliedOf} from '../last-applied.ts'
import {logHead} from '../log-line.ts'
import {nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import type {Mapper} from '../resources/mapper.ts'
import {resourcePlans} from './prune-types.ts'

export interface PruneOptions {
  readonly allowlist: readonly string[]
  readonly selector: string
  readonly namespaces: ReadonlySet<string>
  /** UIDs of what was applied. */
  readonly kept: ReadonlySet<string>
}

export const prunableTypes = (mapper: Mapper, allowlist: readonly string[]): Promise<Resource[]> =>
  Promise.all(
    (allowlist.length > 0 ? allowlist : resourcePlans).map((entry) => {
      const parts = entry.split('/')
      const [group = '', version = '', kind = ''] = parts
      if (parts.length !== 3)
        throw new Error(`invalid GroupVersionKind format: ${entry}, please follow <group/version/kind>`)
      return mapper.byKind(group === 'core' || group === '' ? version : `${group}/${version}`, kind)
    }),
  )

/** kubectl's logger says it, with everything a log line has. */
export const warnOfDefaults = (io: Io): void =>
  io.err(
    `${logHead('W', io.now())} prune.go:71] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n`,
  )

export const checkAllowlist = (allowlist: readonly string[]): void => {
  for (const entry of allowlist)
    if (entry.split('/').length !== 3)
      throw new Error(`invalid GroupVersionKind format: ${entry}, please follow <group/version/kind>`)
}

export const findPrunable = async (connection: Connection, mapper: Mapper, options: PruneOptions): Promise<Info[]> => {
  const found: Info[] = []
  const types = await prunableTypes(mapper, options.allowlist)
  // First what lies in namespaces.
  for (const resource of types.toSorted((one, other) => Number(other.namespaced) - Number(one.namespaced))) {
    const places = resource.namespaced ? [...options.namespaces] : ['']
    for (const namespace of places) {
      const {items = [], apiVersion} = await getJson<{items?: Obj[]; apiVersion?: string}>(
        connection.client,
        listUrl(resource, namespace, {labelSelector: options.selector}),
      )
      for (const item of items)
        if (lastAppliedOf(item) !== '' && !options.kept.has(textAt(item, 'metadata', 'uid')))
          found.push({
            resource,
            namespace: namespaceOf(item),
            name: nameOf(item),
            object: {apiVersion, kind: resource.kind, ...item},
            source: '',
          })
    }
  }
  return found
}
