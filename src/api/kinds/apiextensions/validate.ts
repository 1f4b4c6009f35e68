// What is wrong with a CustomResourceDefinition.
import type {FieldErrors} from '../../field-errors.ts'
import {deepEqual} from '../../meta/equal.ts'
import {dns1035Label, dnsSubdomain} from '../../meta/names.ts'
import type {CustomResourceDefinition, CustomResourceDefinitionVersion} from '../../schema/types.gen.ts'
import {checkApproval} from './approval.ts'
import {checkConversion} from './conversion.ts'
import {checkNames, requireNames} from './names.ts'
import {checkColumn, checkSelectableFields, checkSubresources} from './parts.ts'
import {shownVersion} from './schema/internal-form.ts'
import {checkRootSchema} from './schema/root.ts'

type Version = CustomResourceDefinitionVersion
type Parts = Pick<Version, 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'>

/** What all versions say alike is known as said by the whole. */
const sharedParts = (versions: readonly Version[]): Parts => {
  const [first] = versions
  if (!first) return {}
  const shared = <K extends keyof Parts>(part: K): Parts[K] | undefined =>
    versions.every((version) => deepEqual(version[part], first[part])) ? first[part] : undefined
  return {
    schema: shared('schema'),
    subresources: shared('subresources'),
    additionalPrinterColumns: shared('additionalPrinterColumns'),
    selectableFields: shared('selectableFields'),
  }
}

const without = (version: Version, shared: Parts): Version => {
  const own = {...version}
  for (const part of Object.keys(shared) as (keyof Parts)[]) if (shared[part] !== undefined) delete own[part]
  return own
}

/** Checks the parts under `path`; the schema is known as `schemaName` there. */
const checkParts = (parts: Parts, whole: Parts, path: string, schemaName: string, errors: FieldErrors): void => {
  const root = parts.schema?.openAPIV3Schema
  if (root)
    checkRootSchema(root, whole.subresources?.status !== undefined, `${path}.${schemaName}.openAPIV3Schema`, errors)
  if (parts.subresources) checkSubresources(parts.subresources, `${path}.subresources`, errors)
  for (const [at, column] of (parts.additionalPrinterColumns ?? []).entries())
    checkColumn(column, `${path}.additionalPrinterColumns[${at}]`, errors)
  if (parts.selectableFields)
    checkSelectableFields(parts.selectableFields, whole.schema?.openAPIV3Schema, `${path}.selectableFields`, errors)
}

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u

const checkDeprecation = ({deprecated, deprecationWarning: text}: Version, path: string, errors: FieldErrors): void => {
  if (text === undefined) return
  const complain = (why: string): void => errors.invalid(`${path}.deprecationWarning`, text, why)
  if (!deprecated) {
    complain('can only be set for deprecated versions')
    return
  }
  if (Buffer.byteLength(text) > 256) complain('must be <= 256 characters long')
  if (text === '') complain('must not be an empty string')
  if (!printable.test(text)) {
    const index = [...text].findIndex((letter) => !printable.test(letter))
    complain(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`)
  }
}

const checkVersions = (versions: readonly Version[], shared: Parts, errors: FieldErrors): void => {
  for (const [index, {schema}] of versions.entries())
    if (!schema?.openAPIV3Schema)
      errors.required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`
    const complaints = dns1035Label(version.name ?? '')
    if (complaints.length > 0) errors.invalid(`${path}.name`, version.name ?? '', complaints.join(','))
    checkDeprecation(version, path, errors)
    checkParts(without(version, shared), version, path, 'schema', errors)
  }
  const shown = (): unknown =>
    versions.length === 0 ? null : versions.map((version) => shownVersion(without(version, shared)))
  if (new Set(versions.map(({name}) => name)).size < versions.length)
    errors.invalid('spec.versions', shown(), 'must contain unique version names')
  if (versions.filter(({storage}) => storage).length !== 1)
    errors.invalid('spec.versions', shown(), 'must have exactly one version marked as storage version')
}

const checkGroup = (group: string | undefined, errors: FieldErrors): void => {
  if (!group) errors.required('spec.group')
  else if (dnsSubdomain(group).length > 0) errors.invalid('spec.group', group, dnsSubdomain(group).join(','))
  else if (!group.includes('.')) errors.invalid('spec.group', group, 'should be a domain with at least one dot')
}

const checkSpec = ({spec}: CustomResourceDefinition, errors: FieldErrors): void => {
  const {group, scope, conversion} = spec
  // What was not sent is null where it is required.
  const names = spec.names ?? {plural: '', kind: ''}
  const versions = spec.versions ?? []
  checkGroup(group, errors)
  if (!scope) errors.required('spec.scope')
  else if (scope !== 'Cluster' && scope !== 'Namespaced')
    errors.notSupported('spec.scope', scope, ['Cluster', 'Namespaced'])
  const shared = sharedParts(versions)
  checkVersions(versions, shared, errors)
  requireNames(names, 'spec.names', errors)
  checkNames(names, 'spec.names', errors)
  checkParts(shared, {...versions[0], ...shared}, 'spec', 'validation', errors)
  if (conversion) checkConversion(conversion, 'spec.conversion', errors)
}

/** Versions that objects may be kept in must stay. */
const checkStoredVersions = ({spec, status}: CustomResourceDefinition, errors: FieldErrors): void => {
  const stored = status?.storedVersions ?? []
  const path = 'status.storedVersions'
  if (stored.length === 0) {
    errors.invalid(path, stored, 'must have at least one stored version')
    return
  }
  const shared = sharedParts(spec.versions ?? [])
  for (const version of spec.versions ?? [])
    if (version.storage && !stored.includes(version.name))
      errors.invalid(path, shownVersion(without(version, shared)), `must have the storage version ${version.name}`)
  for (const [index, name] of stored.entries())
    if (!spec.versions?.some((version) => version.name === name))
      errors.invalid(
        `${path}[${index}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      )
}

const checkPreserving = (crd: CustomResourceDefinition, errors: FieldErrors): void => {
  if (crd.spec.preserveUnknownFields)
    errors.invalid(
      'spec.preserveUnknownFields',
      true,
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    )
}

export const validateDefinition = (crd: CustomResourceDefinition, errors: FieldErrors): void => {
  const {name = ''} = crd.metadata ?? {}
  if (name !== `${crd.spec.names?.plural}.${crd.spec.group}`)
    errors.invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')
  checkSpec(crd, errors)
  checkStoredVersions(crd, errors)
  checkApproval(crd, undefined, errors)
  checkPreserving(crd, errors)
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
  checkSpec(crd, errors)
  if (wasEstablished(old)) {
    fixed('spec.scope', crd.spec.scope, old.spec.scope)
    fixed('spec.names.kind', crd.spec.names?.kind, old.spec.names?.kind)
  }
  fixed('spec.group', crd.spec.group, old.spec.group)
  fixed('spec.names.plural', crd.spec.names?.plural, old.spec.names?.plural)
  checkStoredVersions(crd, errors)
  checkApproval(crd, old, errors)
  checkPreserving(crd, errors)
}

/** On the status path only the status is judged. */
export const validateDefinitionStatus = (crd: CustomResourceDefinition, errors: FieldErrors): void => {
  const {acceptedNames} = crd.status ?? {}
  if (acceptedNames) checkNames(acceptedNames, 'status.acceptedNames', errors)
}
