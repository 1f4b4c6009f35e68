// CronJob

import {ageOf} from '../../meta/human-duration.ts'
import {cronJobs} from '../../resources.ts'
import type {CronJob} from '../../schema/types.gen.ts'
import {ageColumn, column, containerImages, containerNames, nameColumn, wideColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {labelSelectorCell} from '../selector-text.ts'
import {statusSubresource} from '../status.ts'
import {cronJobStrategy} from './cronjob-rules.ts'

export const cronJobKind = defineKind<CronJob>({
  resource: cronJobs,
  strategy: cronJobStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Schedule', ({spec}) => spec?.schedule ?? '', {doc: 'spec.schedule'}),
    column('Timezone', ({spec}) => spec?.timeZone ?? '<none>', {doc: 'spec.timeZone'}),
    column('Suspend', ({spec}) => (spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'), {
      type: 'boolean',
      doc: 'spec.suspend',
    }),
    column('Active', ({status}) => status?.active?.length ?? 0, {type: 'integer', doc: 'status.active'}),
    column(
      'Last Schedule',
      ({status}, nowMs) => (status?.lastScheduleTime ? ageOf(status.lastScheduleTime, nowMs) : '<none>'),
      {doc: 'status.lastScheduleTime'},
    ),
    ageColumn,
    wideColumn('Containers', ({spec}) => containerNames(spec?.jobTemplate.spec?.template.spec?.containers), {
      description: 'Names of each container in the template.',
    }),
    wideColumn('Images', ({spec}) => containerImages(spec?.jobTemplate.spec?.template.spec?.containers), {
      description: 'Images referenced by each container in the template.',
    }),
    wideColumn('Selector', ({spec}) => labelSelectorCell(spec?.jobTemplate.spec?.selector), {
      doc: 'spec.jobTemplate.spec.selector',
    }),
  ],
  subresources: {
    status: statusSubresource,
  },
})
