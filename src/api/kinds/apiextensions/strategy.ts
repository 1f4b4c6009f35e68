// How CustomResourceDefinitions are born, changed and ended.
import type {Strategy} from '../../kind.ts'
import {formatTime} from '../../meta/time.ts'
import type {CustomResourceDefinition, CustomResourceDefinitionCondition} from '../../schema/types.gen.ts'
import {formatWarnings} from './schema/formats.ts'
import {validateDefinition, validateDefinitionUpdate} from './validate.ts'

export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

export const defaultDefinition = ({spec}: CustomResourceDefinition): void => {
  const {names} = spec
  if (names?.kind) {
    names.singular ||= names.kind.toLowerCase()
    names.listKind ||= `${names.kind}List`
  }
  spec.conversion ??= {strategy: 'None'}
  const service = spec.conversion.webhook?.clientConfig?.service
  if (service) service.port ??= 443
  if (spec.preserveUnknownFields === false) delete spec.preserveUnknownFields
}

/** Versions that objects may have been stored in, ever. */
const withStorageVersion = ({spec}: CustomResourceDefinition, known: readonly string[]): string[] => {
  const stored = spec.versions?.find(({storage}) => storage)?.name
  return stored === undefined || known.includes(stored) ? [...known] : [...known, stored]
}

/** Sets the condition; its time changes only with its status. */
export const setCondition = (
  conditions: readonly CustomResourceDefinitionCondition[],
  next: CustomResourceDefinitionCondition,
): CustomResourceDefinitionCondition[] => {
  const old = conditions.find(({type}) => type === next.type)
  if (!old) return [...conditions, next]
  const lastTransitionTime = old.status === next.status ? old.lastTransitionTime : next.lastTransitionTime
  return conditions.map((condition) => (condition === old ? {...next, lastTransitionTime} : condition))
}

export const definitionStrategy: Strategy<CustomResourceDefinition> = {
  default: defaultDefinition,
  prepareForCreate: (crd) => {
    crd.status = {
      conditions: [],
      acceptedNames: {plural: '', kind: ''},
      storedVersions: withStorageVersion(crd, []),
    }
  },
  prepareForUpdate: (crd, old) => {
    crd.status = {...old.status, storedVersions: withStorageVersion(crd, old.status?.storedVersions ?? [])}
  },
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
  validateOnlyUpdate: true,
  warnings: formatWarnings,
  // Its objects go first: every definition that is being deleted waits for that.
  holdsDeleted: ({metadata}) => metadata?.deletionTimestamp === undefined,
  beginDelete: (crd) => {
    const metadata = (crd.metadata ??= {})
    if (!metadata.finalizers?.includes(cleanupFinalizer))
      metadata.finalizers = [...(metadata.finalizers ?? []), cleanupFinalizer]
    const status = (crd.status ??= {})
    status.conditions = setCondition(status.conditions ?? [], {
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: formatTime(Date.parse(metadata.deletionTimestamp ?? '')),
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    })
  },
}
