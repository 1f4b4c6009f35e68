// A CustomResourceDefinition's versions as kinds, like any built-in one. Schemas are compiled when first needed, so that
// many definitions cost little at start.
import type {Column, Kind, Strategy, Subresource} from '../kind.ts'
import type {KubeObject} from '../object.ts'
import {apiVersionOf, type Resource} from '../resource.ts'
import type {Schema} from '../schema/contract.ts'
import {applyDefaults} from '../schema/defaults.ts'
import {prune} from '../schema/prune.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from '../schema/types.gen.ts'
import {customColumns, pathReader} from './columns.ts'
import {compile} from './compile.ts'
import {dropNulls} from './nulls.ts'
import {customStrategy} from './strategy.ts'

type Version = CustomResourceDefinitionVersion
type Convert = NonNullable<Kind['storage']>['convert']

/** The order in which the real server lists them. */
const verbs: Kind['verbs'] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
const verbsAtEnd: Kind['verbs'] = verbs.filter((verb) => verb !== 'create')

const resourceOf = ({spec, status}: CustomResourceDefinition, version: string): Resource => {
  const names = status?.acceptedNames?.kind ? status.acceptedNames : spec.names
  return {
    group: spec.group,
    version,
    kind: names.kind,
    plural: spec.names.plural,
    singular: names.singular || names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
  }
}

const objectVerbs = ['get', 'patch', 'update'] as const

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const scaleSubresource = (scale: CustomResourceSubresourceScale): Subresource => {
  const {specReplicasPath, statusReplicasPath, labelSelectorPath} = scale
  const readSelector = labelSelectorPath ? pathReader(labelSelectorPath) : undefined
  return {
    verbs: objectVerbs,
    speaks: {group: 'autoscaling', version: 'v1', kind: 'Scale'},
    scale: {
      specReplicasPath,
      statusReplicasPath,
      ...(readSelector ? {selector: (object: KubeObject) => textOf(readSelector(object))} : {}),
    },
  }
}

const subresourcesOf = ({subresources}: Version): Kind['subresources'] => ({
  ...(subresources?.status ? {status: {verbs: objectVerbs}} : {}),
  ...(subresources?.scale ? {scale: scaleSubresource(subresources.scale)} : {}),
})

const fieldText = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

const selectableFieldsOf = ({selectableFields}: Version): Kind['selectableFields'] =>
  Object.fromEntries(
    (selectableFields ?? []).map(({jsonPath}) => {
      const read = pathReader(jsonPath)
      return [jsonPath.replace(/^\./, ''), (object: KubeObject) => fieldText(read(object))]
    }),
  )

const deprecation = ({deprecated, deprecationWarning}: Version, resource: Resource): string | undefined => {
  if (!deprecated) return undefined
  return deprecationWarning ?? `${apiVersionOf(resource)} ${resource.kind} is deprecated`
}

/** Stored objects may be older than the definition: they are read as if they were written today. */
const storageOf = (
  resource: Resource,
  stored: Resource,
  schema: () => Schema,
  convert: Convert | undefined,
): Kind['storage'] => ({
  resource: stored,
  convert,
  toStored: (object) => ({...object, apiVersion: apiVersionOf(stored), kind: stored.kind}),
  fromStored: (object) => {
    object.apiVersion = apiVersionOf(resource)
    object.kind = resource.kind
    prune(object, schema())
    applyDefaults(object, schema())
    dropNulls(object, schema())
    return object
  },
})

const hasDefault = (props: unknown): boolean =>
  typeof props === 'object' &&
  props !== null &&
  ('default' in props || Object.values(props).some((inner) => hasDefault(inner)))

const isTerminating = ({metadata}: CustomResourceDefinition): boolean => metadata?.deletionTimestamp !== undefined

const kindOf = (
  crd: CustomResourceDefinition,
  version: Version,
  storageVersion: string,
  convert: Convert | undefined,
): Kind => {
  const resource = resourceOf(crd, version.name)
  const props = version.schema?.openAPIV3Schema ?? {}
  let schema: Schema | undefined
  const schemaOf = (): Schema => (schema ??= compile(props, true))
  let columns: readonly Column[] | undefined
  const hasStatus = version.subresources?.status !== undefined
  const strategy: Strategy = customStrategy({schema: schemaOf, hasStatus})
  const mayBeOlder = crd.spec.versions.length > 1 || (crd.metadata?.generation ?? 1) > 1 || hasDefault(props)
  return {
    resource,
    verbs: isTerminating(crd) ? verbsAtEnd : verbs,
    subresources: subresourcesOf(version),
    selectableFields: selectableFieldsOf(version),
    strategy,
    custom: true,
    fingerprint: `${crd.metadata?.uid ?? ''}/${crd.metadata?.generation ?? 1}`,
    deprecated: deprecation(version, resource),
    ...(mayBeOlder ? {storage: storageOf(resource, resourceOf(crd, storageVersion), schemaOf, convert)} : {}),
    get schema(): Schema {
      return schemaOf()
    },
    get columns(): readonly Column[] {
      columns ??= customColumns(version.additionalPrinterColumns)
      return columns
    },
  }
}

/** One for each version that is served. `convert`: how to get from one version to another, where that is not nothing. */
export const customKinds = (crd: CustomResourceDefinition, convert?: Convert): Kind[] => {
  const {versions} = crd.spec
  const storageVersion = versions.find(({storage}) => storage)?.name ?? versions[0]?.name ?? ''
  return versions.filter(({served}) => served).map((version) => kindOf(crd, version, storageVersion, convert))
}
