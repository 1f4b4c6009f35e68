// VolumeAttachment

import {volumeAttachments} from '../../resources.ts'
import type {VolumeAttachment} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {validateAttachmentStatus, volumeAttachmentStrategy} from './attachment-rules.ts'

export const volumeAttachmentKind = defineKind<VolumeAttachment>({
  resource: volumeAttachments,
  strategy: volumeAttachmentStrategy,
  columns: [
    nameColumn,
    column('Attacher', ({spec}) => spec.attacher, {format: 'name', doc: 'spec.attacher'}),
    column('PV', ({spec}) => spec.source.persistentVolumeName ?? '', {doc: 'spec.source.persistentVolumeName'}),
    column('Node', ({spec}) => spec.nodeName, {doc: 'spec.nodeName'}),
    column('Attached', ({status}) => status?.attached ?? false, {type: 'boolean', doc: 'status.attached'}),
    ageColumn,
  ],
  subresources: {
    status: {...statusSubresource, validateUpdate: validateAttachmentStatus},
  },
})
