// Ephemeral containers: added to look into a running pod, with a subset of a container's fields.
import type {FieldErrors} from '../../../field-errors.ts'
import type {PodSpec} from '../../../schema/types.gen.ts'
import {type ContainerContext, validateContainerCommon} from './validate-container.ts'

const allowedFields = new Set([
  'name',
  'image',
  'command',
  'args',
  'workingDir',
  'envFrom',
  'env',
  'volumeMounts',
  'volumeDevices',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
  'securityContext',
  'stdin',
  'stdinOnce',
  'tty',
  'targetContainerName',
  'resources',
])
const isSet = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0)

export const validateEphemeralContainers = (
  spec: PodSpec,
  context: ContainerContext,
  path: string,
  errors: FieldErrors,
): void => {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({name}) => name))
  const names = new Set(others)
  for (const [index, container] of (spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}[${index}]`
    validateContainerCommon(container, context, at, errors)
    if (names.has(container.name)) errors.duplicate(`${at}.name`, container.name)
    names.add(container.name)
    if (container.targetContainerName && !others.has(container.targetContainerName))
      errors.notFound(`${at}.targetContainerName`, container.targetContainerName)
    for (const [field, value] of Object.entries(container))
      if (isSet(value) && !allowedFields.has(field))
        errors.forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container')
    if (Object.keys(container.resources ?? {}).length > 0)
      errors.forbidden(`${at}.resources`, 'cannot be set for an Ephemeral Container')
    for (const [at2, mount] of (container.volumeMounts ?? []).entries())
      for (const field of ['subPath', 'subPathExpr'] as const)
        if (mount[field])
          errors.forbidden(`${at}.volumeMounts[${at2}].${field}`, 'cannot be set for an Ephemeral Container')
  }
}
