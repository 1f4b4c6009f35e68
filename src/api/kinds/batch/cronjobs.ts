// CronJob
import {cronJobs} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const cronJobKind = defineKind({
  resource: cronJobs,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
