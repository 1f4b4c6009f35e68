// The rules every object's metadata follows.
import type {FieldErrors} from '../field-errors.ts'
import type {Kind} from '../kind.ts'
import {
  byteLength,
  dnsLabel,
  dnsSubdomain,
  forPrefix,
  pathSegment,
  qualifiedName,
  validLabelValue,
} from '../meta/names.ts'
import type {KubeObject} from '../object.ts'
import {splitApiVersion} from '../resource.ts'
import type {ObjectMeta, OwnerReference} from '../schema/types.gen.ts'

type Labels = {[key: string]: string} | undefined
const annotationsLimitBytes = 256 * 1024
const atLeastZero = 'must be greater than or equal to 0'

/** Go writes maps in the order of their keys. */
export const sortedByKey = <T>(map: {[key: string]: T} | undefined): {[key: string]: T} | undefined =>
  map && Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))

export const validateLabels = (labels: Labels, path: string, errors: FieldErrors): void => {
  for (const [key, value] of Object.entries(sortedByKey(labels) ?? {})) {
    for (const complaint of qualifiedName(key)) errors.invalid(path, key, complaint)
    for (const complaint of validLabelValue(value)) errors.invalid(path, value, complaint)
  }
}

export const validateAnnotations = (annotations: Labels, path: string, errors: FieldErrors): void => {
  let size = 0
  for (const [key, value] of Object.entries(sortedByKey(annotations) ?? {})) {
    for (const complaint of qualifiedName(key.toLowerCase())) errors.invalid(path, key, complaint)
    size += byteLength(key) + byteLength(value)
  }
  if (size > annotationsLimitBytes) errors.tooLong(path, annotationsLimitBytes)
}

const validateOwner = (owner: OwnerReference, path: string, errors: FieldErrors): void => {
  const {group, version} = splitApiVersion(owner.apiVersion ?? '')
  if (version === '') errors.invalid(`${path}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty')
  for (const field of ['kind', 'name', 'uid'] as const)
    if (!owner[field]) errors.invalid(`${path}.${field}`, owner[field] ?? '', 'must not be empty')
  if (group === '' && version === 'v1' && owner.kind === 'Event')
    errors.invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner')
}

const validateOwners = (owners: readonly OwnerReference[] | undefined, path: string, errors: FieldErrors): void => {
  let controller: string | undefined
  for (const owner of owners ?? []) {
    validateOwner(owner, path, errors)
    if (!owner.controller) continue
    const name = `${owner.kind}/${owner.name}`
    if (controller !== undefined)
      errors.invalid(
        path,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
      )
    controller ??= name
  }
}

const validateFinalizers = (finalizers: readonly string[] | undefined, path: string, errors: FieldErrors): void => {
  for (const finalizer of finalizers ?? [])
    for (const complaint of qualifiedName(finalizer)) errors.invalid(path, finalizer, complaint)
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')
  for (const [index, finalizer] of (finalizers ?? []).entries())
    if (!finalizer.includes('/') && !['orphan', 'foregroundDeletion', 'kubernetes'].includes(finalizer))
      errors.invalid(
        `${path}[${index}]`,
        finalizer,
        'name is neither a standard finalizer name nor is it fully qualified',
      )
}

type NameCheck = (name: string, options: {readonly prefix: boolean}) => readonly string[]

const validateNames = (metadata: ObjectMeta, isValidName: NameCheck, path: string, errors: FieldErrors): void => {
  const {name, generateName} = metadata
  if (generateName)
    for (const complaint of isValidName(generateName, {prefix: true}))
      errors.invalid(`${path}.generateName`, generateName, complaint)
  if (!name) errors.required(`${path}.name`, 'name or generateName is required')
  else for (const complaint of isValidName(name, {prefix: false})) errors.invalid(`${path}.name`, name, complaint)
}

const validateNamespace = (namespace: string | undefined, namespaced: boolean, path: string, errors: FieldErrors) => {
  if (!namespaced) {
    if (namespace) errors.forbidden(path, 'not allowed on this type')
  } else if (!namespace) errors.required(path)
  else for (const complaint of dnsLabel(namespace)) errors.invalid(path, namespace, complaint)
}

export const defaultNameRule = forPrefix(dnsSubdomain)

/** Names that only must fit into a path (RBAC). */
export const pathSegmentName: NameCheck = (name) => pathSegment(name)

interface MetadataRules {
  readonly namespaced: boolean
  readonly isValidName: NameCheck
  readonly path: string
}

export const validateObjectMeta = (metadata: ObjectMeta, rules: MetadataRules, errors: FieldErrors): void => {
  const {namespaced, isValidName, path} = rules
  validateNames(metadata, isValidName, path, errors)
  validateNamespace(metadata.namespace, namespaced, `${path}.namespace`, errors)
  if ((metadata.generation ?? 0) < 0) errors.invalid(`${path}.generation`, metadata.generation, atLeastZero)
  validateLabels(metadata.labels, `${path}.labels`, errors)
  validateAnnotations(metadata.annotations, `${path}.annotations`, errors)
  validateOwners(metadata.ownerReferences, `${path}.ownerReferences`, errors)
  validateFinalizers(metadata.finalizers, `${path}.finalizers`, errors)
}

export const validateMetadata = (kind: Kind, object: KubeObject, errors: FieldErrors): void =>
  validateObjectMeta(
    object.metadata ?? {},
    {
      namespaced: kind.resource.namespaced,
      isValidName: kind.strategy.validateName ?? defaultNameRule,
      path: 'metadata',
    },
    errors,
  )

const fixedFields = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const

const validateNewFinalizers = (metadata: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void => {
  if (!old.deletionTimestamp) return
  const added = (metadata.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer)).sort()
  if (added.length === 0) return
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`
  errors.forbidden(
    'metadata.finalizers',
    `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
  )
}

/** What an update may not do to metadata. */
export const validateMetadataUpdate = (object: KubeObject, before: KubeObject, errors: FieldErrors): void => {
  const metadata = object.metadata ?? {}
  const old = before.metadata ?? {}
  validateNewFinalizers(metadata, old, errors)
  if (!metadata.resourceVersion)
    errors.invalid('metadata.resourceVersion', metadata.resourceVersion ?? '', 'must be specified for an update')
  if ((metadata.generation ?? 0) < (old.generation ?? 0))
    errors.invalid('metadata.generation', metadata.generation ?? 0, 'must not be decremented')
  for (const field of fixedFields)
    if ((metadata[field] ?? '') !== (old[field] ?? ''))
      errors.invalid(
        `metadata.${field}`,
        metadata[field] ?? (field.endsWith('Timestamp') ? null : ''),
        'field is immutable',
      )
  if (metadata.deletionGracePeriodSeconds !== old.deletionGracePeriodSeconds)
    errors.invalid('metadata.deletionGracePeriodSeconds', metadata.deletionGracePeriodSeconds, 'field is immutable')
  validateLabels(metadata.labels, 'metadata.labels', errors)
  validateAnnotations(metadata.annotations, 'metadata.annotations', errors)
  validateOwners(metadata.ownerReferences, 'metadata.ownerReferences', errors)
}
