import type {flags} from '../commands/api-resources.ts'
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import {type Invocation, usageMistake} from '../invocation.ts'
import {createPrinter, unknownFormat} from '../output/printer.ts'
import {type Discovered, discover} from '../resources/discovery.ts'

type ApiResources = Invocation<typeof flags>

const allowed = ['json', 'kyaml', 'name', 'wide', 'yaml']

const apiVersionOf = ({group, version}: Discovered): string => (group === '' ? version : `${group}/${version}`)

const checkFlags = ({flags: own}: ApiResources): void => {
  if (own.output !== '' && !allowed.includes(own.output)) throw unknownFormat(own.output, allowed)
  if (!['', 'name', 'kind'].includes(own['sort-by'])) throw new Error('--sort-by accepts only name or kind')
}

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const wanted = (resources: readonly Discovered[], {flags: own, given}: ApiResources): Discovered[] =>
  resources.filter(
    (resource) =>
      resource.preferred &&
      resource.verbs.length > 0 &&
      (!given('api-group') || resource.group === own['api-group']) &&
      (!given('namespaced') || resource.namespaced === own.namespaced) &&
      own.verbs.every((verb) => resource.verbs.includes(verb)) &&
      own.categories.every((category) => resource.categories.includes(category)),
  )

const sorted = (resources: readonly Discovered[], by: string): Discovered[] => {
  if (by === 'name') return resources.toSorted((one, other) => byCode(one.plural, other.plural))
  if (by === 'kind') return resources.toSorted((one, other) => byCode(one.kind, other.kind))
  return resources.toSorted((one, other) => byCode(one.group, other.group) || byCode(one.plural, other.plural))
}

const fullName = ({group, plural}: Discovered): string => (group === '' ? plural : `${plural}.${group}`)

const tableOf = (resources: readonly Discovered[], wide: boolean, headers: boolean): string => {
  const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]
  const rows = resources.map((resource) => [
    resource.plural,
    resource.shortNames.join(','),
    apiVersionOf(resource),
    String(resource.namespaced),
    resource.kind,
    ...(wide ? [resource.verbs.join(','), resource.categories.join(',')] : []),
  ])
  const lines = (headers ? [header, ...rows] : rows).map((cells) => `${cells.join('\t')}\n`)
  return lines.length === 0 ? '' : alignTabs(lines.join(''), tableTabs)
}

const apiResourceList = (resources: readonly Discovered[]): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: '',
  resources: resources.map((resource) => ({
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    ...(resource.group === '' ? {} : {group: resource.group}),
    version: resource.version,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? {shortNames: resource.shortNames} : {}),
    ...(resource.categories.length > 0 ? {categories: resource.categories} : {}),
  })),
})

export const apiResources = async (invocation: ApiResources): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length > 0) throw usageMistake(invocation, `unexpected arguments: [${args.join(' ')}]`)
  checkFlags(invocation)
  const {client} = await connect()
  const {resources} = await discover(client)
  const chosen = sorted(wanted(resources, invocation), own['sort-by'])
  if (own.output === 'name') io.out(chosen.map((resource) => `${fullName(resource)}\n`).join(''))
  else if (own.output === '' || own.output === 'wide')
    io.out(tableOf(chosen, own.output === 'wide', !own['no-headers']))
  else io.out((await createPrinter({io, output: own.output}))(apiResourceList(chosen) as Record<string, unknown>))
}
