// VolumeAttachment
import {volumeAttachments} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const volumeAttachmentKind = defineKind({
  resource: volumeAttachments,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
