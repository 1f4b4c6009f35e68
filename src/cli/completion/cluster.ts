// What the cluster and the kubeconfig know: types, names, namespaces, containers. A cluster that does not answer
// knows nothing: completion never complains.
import type {Resource} from '../../api/resource.ts'
import {namespaces} from '../../api/resources.ts'
import {listUrl} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {loadKubeconfig} from '../kubeconfig/kubeconfig.ts'
import {nameOf, type Obj} from '../objects.ts'
import {containerNames, fetchNamed} from '../pods/resolve.ts'
import {getJson} from '../request.ts'
import {createMapper} from '../resources/mapper.ts'

export type Asked = Pick<Invocation, 'connect' | 'globals' | 'io' | 'program'>

const orNothing = async (list: () => Promise<readonly string[]>): Promise<readonly string[]> => {
  try {
    return await list()
  } catch {
    // No cluster, no such type, or not allowed to see it: nothing to offer.
    return []
  }
}

const mapperOf = ({connect}: Asked) => createMapper(async () => (await connect()).client)

export const typeNames = (asked: Asked): Promise<readonly string[]> =>
  orNothing(async () => {
    const {resources} = await mapperOf(asked).discovery()
    const names = resources
      .filter(({preferred, verbs}) => preferred && verbs.includes('get'))
      .map(({plural, group}) => (group === '' ? plural : `${plural}.${group}`))
    return [...new Set(names)].toSorted()
  })

const namesAt = async ({connect}: Asked, resource: Resource): Promise<readonly string[]> => {
  const {client, namespace} = await connect()
  const {items = []} = await getJson<{items?: Obj[]}>(
    client,
    listUrl(resource, resource.namespaced ? namespace : '', {limit: 500}),
  )
  return items.map(nameOf).toSorted()
}

export const objectNames = (asked: Asked, type: string): Promise<readonly string[]> =>
  orNothing(async () => namesAt(asked, await mapperOf(asked).byWord(type)))

export const namespaceNames = (asked: Asked): Promise<readonly string[]> => orNothing(() => namesAt(asked, namespaces))

export const containersOf = (asked: Asked, pod: string): Promise<readonly string[]> =>
  orNothing(async () => containerNames((await fetchNamed(asked.connect, pod)).object))

export const kubeconfigNames = (asked: Asked, part: 'contexts' | 'clusters' | 'users'): Promise<readonly string[]> =>
  orNothing(async () => [...loadKubeconfig(asked)[part].keys()].toSorted())
