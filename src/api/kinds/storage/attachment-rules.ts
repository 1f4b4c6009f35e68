// VolumeAttachment: a volume on its way to or from a node.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {byteLength, dnsSubdomain} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {VolumeAttachment, VolumeError} from '../../schema/types.gen.ts'
import {checkName, checkRequired, checkSubdomain} from '../checks.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'
import {dropStatus, keepStatus} from '../status.ts'

const metadataBytes = 256 * 1024
const messageBytes = 1024

const validateError = (error: VolumeError | undefined, path: string, errors: FieldErrors): void => {
  if (byteLength(error?.message ?? '') > messageBytes) errors.tooLong(`${path}.message`, metadataBytes)
  const code = error?.errorCode
  if (code !== undefined && code < 0)
    errors.invalid(`${path}.errorCode`, code, 'must be between 0 and 2147483647, inclusive')
}

const validateStatus = ({status}: VolumeAttachment, errors: FieldErrors): void => {
  const size = Object.entries(status?.attachmentMetadata ?? {}).reduce(
    (sum, [key, value]) => sum + byteLength(key) + byteLength(value),
    0,
  )
  if (size > metadataBytes) errors.tooLong('status.attachmentMetadata', metadataBytes)
  validateError(status?.attachError, 'status.attachError', errors)
  validateError(status?.detachError, 'status.detachError', errors)
}

export const validateAttachmentStatus = (object: VolumeAttachment, _old: VolumeAttachment, errors: FieldErrors): void =>
  validateStatus(object, errors)

export const volumeAttachmentStrategy: Strategy<VolumeAttachment> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: ({spec}, errors) => {
    if (checkRequired(spec?.attacher, 'spec.attacher', errors))
      checkCsiDriverName(spec?.attacher, 'spec.attacher', errors)
    const {persistentVolumeName, inlineVolumeSpec} = spec?.source ?? {}
    if (persistentVolumeName === undefined && !inlineVolumeSpec)
      errors.required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')
    else if (persistentVolumeName !== undefined && inlineVolumeSpec)
      errors.forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName')
    else if (persistentVolumeName === '')
      errors.required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName')
    else if (persistentVolumeName !== undefined)
      checkSubdomain(persistentVolumeName, 'spec.source.persistentVolumeName', errors)
    checkName(dnsSubdomain, spec?.nodeName, 'spec.nodeName', errors)
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec, old)) errors.invalid('spec', spec, 'field is immutable')
  },
  returnsDeleted: true,
}
