// What is wrong with a CustomResourceDefinition.
import type {FieldErrors} from '../../field-errors.ts'
import {dns1035Label, dnsSubdomain} from '../../meta/names.ts'
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionVersion,
} from '../../schema/types.gen.ts'
import {checkStructure} from './structure.ts'

type Version = CustomResourceDefinitionVersion

const checkNames = (names: CustomResourceDefinitionNames, errors: FieldErrors): void => {
  const at = 'spec.names'
  const label = (field: string, value: string | undefined): void => {
    if (!value) errors.required(`${at}.${field}`)
    else for (const complaint of dns1035Label(value.toLowerCase())) errors.invalid(`${at}.${field}`, value, complaint)
  }
  label('plural', names.plural)
  label('singular', names.singular)
  label('kind', names.kind)
  label('listKind', names.listKind)
  for (const [list, values] of [
    ['shortNames', names.shortNames],
    ['categories', names.categories],
  ] as const)
    for (const [index, value] of (values ?? []).entries())
      for (const complaint of dns1035Label(value)) errors.invalid(`${at}.${list}[${index}]`, value, complaint)
  if (names.kind && names.kind === names.listKind)
    errors.invalid(`${at}.listKind`, names.listKind, 'kind and listKind may not be the same')
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']

const checkColumn = (column: CustomResourceColumnDefinition, path: string, errors: FieldErrors): void => {
  if (!column.name) errors.required(`${path}.name`)
  if (!column.type) errors.required(`${path}.type`)
  else if (!columnTypes.includes(column.type)) errors.notSupported(`${path}.type`, column.type, columnTypes)
  if (!column.jsonPath) errors.required(`${path}.JSONPath`)
}

/** Where only one version is, its parts are known as those of the whole. */
const partPath = (only: boolean, index: number, part: string): string =>
  only ? `spec.${part}` : `spec.versions[${index}].${part}`

const checkVersion = (version: Version, index: number, only: boolean, errors: FieldErrors): void => {
  for (const complaint of dns1035Label(version.name ?? ''))
    errors.invalid(`spec.versions[${index}].name`, version.name, complaint)
  const root = version.schema?.openAPIV3Schema
  if (!root) errors.required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')
  else checkStructure(root, `${partPath(only, index, only ? 'validation' : 'schema')}.openAPIV3Schema`, errors)
  for (const [at, column] of (version.additionalPrinterColumns ?? []).entries())
    checkColumn(column, `${partPath(only, index, 'additionalPrinterColumns')}[${at}]`, errors)
  const scale = version.subresources?.scale
  const path = partPath(only, index, 'subresources.scale')
  if (scale && !scale.specReplicasPath?.startsWith('.spec.'))
    errors.invalid(`${path}.specReplicasPath`, scale.specReplicasPath ?? '', 'should be a json path under .spec')
  if (scale && !scale.statusReplicasPath?.startsWith('.status.'))
    errors.invalid(`${path}.statusReplicasPath`, scale.statusReplicasPath ?? '', 'should be a json path under .status')
  if (version.deprecationWarning && !version.deprecated)
    errors.invalid(
      `spec.versions[${index}].deprecationWarning`,
      version.deprecationWarning,
      'can only be set for deprecated versions',
    )
}

const checkVersions = (versions: readonly Version[], errors: FieldErrors): void => {
  if (versions.length === 0) {
    errors.required('spec.versions', 'must have at least one version')
    return
  }
  const names = versions.map(({name}) => name)
  for (const [index, version] of versions.entries()) checkVersion(version, index, versions.length === 1, errors)
  if (new Set(names).size < names.length) errors.invalid('spec.versions', names, 'must contain unique version names')
  if (versions.filter(({storage}) => storage).length !== 1)
    errors.invalid('spec.versions', names, 'must have exactly one version marked as storage version')
}

const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group)
const approval = 'api-approved.kubernetes.io'

export const validateDefinition = (crd: CustomResourceDefinition, errors: FieldErrors): void => {
  const {group, scope, names, versions, preserveUnknownFields} = crd.spec
  const {name, annotations} = crd.metadata ?? {}
  if (name !== `${names?.plural}.${group}`)
    errors.invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')
  if (!group) errors.required('spec.group')
  else if (dnsSubdomain(group).length > 0)
    for (const complaint of dnsSubdomain(group)) errors.invalid('spec.group', group, complaint)
  else if (!group.includes('.')) errors.invalid('spec.group', group, 'should be a domain with at least one dot')
  if (!scope) errors.required('spec.scope')
  else if (scope !== 'Cluster' && scope !== 'Namespaced')
    errors.notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])
  if (preserveUnknownFields)
    errors.invalid(
      'spec.preserveUnknownFields',
      true,
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    )
  checkVersions(versions ?? [], errors)
  checkNames(names ?? {plural: '', kind: ''}, errors)
  if (group && isProtected(group) && !annotations?.[approval])
    errors.required(
      `metadata.annotations[${approval}]`,
      `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`,
    )
}

const wasEstablished = ({status}: CustomResourceDefinition): boolean =>
  status?.conditions?.some(({type, status: is}) => type === 'Established' && is === 'True') ?? false

export const validateDefinitionUpdate = (
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition,
  errors: FieldErrors,
): void => {
  const fixed = (path: string, next: unknown, before: unknown): void => {
    if (next !== before) errors.invalid(path, next, 'field is immutable')
  }
  fixed('spec.group', crd.spec.group, old.spec.group)
  fixed('spec.names.plural', crd.spec.names?.plural, old.spec.names?.plural)
  if (wasEstablished(old)) {
    fixed('spec.scope', crd.spec.scope, old.spec.scope)
    fixed('spec.names.kind', crd.spec.names?.kind, old.spec.names?.kind)
  }
  for (const [index, version] of (crd.status?.storedVersions ?? []).entries())
    if (!crd.spec.versions?.some(({name}) => name === version))
      errors.invalid(
        `status.storedVersions[${index}]`,
        version,
        `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
      )
}
