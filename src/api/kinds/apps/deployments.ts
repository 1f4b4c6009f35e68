// Deployment

import {deployments} from '../../resources.ts'
import type {Deployment} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, templateColumns, wideColumn} from '../columns.ts'
import {deploymentStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {scaleSubresource} from '../scale.ts'
import {showLabelSelector} from '../selector-text.ts'
import {deploymentStrategy, prepareDeploymentStatus} from './deployment-rules.ts'

export const deploymentKind = defineKind<Deployment>({
  resource: deployments,
  strategy: deploymentStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Ready', ({spec, status}) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`, {
      description: 'Number of the pod with ready state',
    }),
    column('Up-to-date', ({status}) => status?.updatedReplicas ?? 0, {doc: 'status.updatedReplicas'}),
    column('Available', ({status}) => status?.availableReplicas ?? 0, {doc: 'status.availableReplicas'}),
    ageColumn,
    ...templateColumns,
    wideColumn('Selector', ({spec}) => showLabelSelector(spec?.selector), {doc: 'spec.selector'}),
  ],
  subresources: {
    scale: scaleSubresource,
    status: {...deploymentStatus, prepareForUpdate: prepareDeploymentStatus},
  },
})
