import {cronJobs} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/cronjob.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import {argsAfterDash, createGenerated, oneName} from './generate.ts'

export const createCronjob = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  if (own.image === '') throw usageMistake(invocation, '--image must be specified')
  if (own.schedule === '') throw usageMistake(invocation, '--schedule must be specified')
  const command = argsAfterDash(invocation)
  const container = {image: own.image, name, resources: {}, ...(command.length > 0 ? {command: [...command]} : {})}
  await createGenerated(invocation, {
    resource: cronJobs,
    failure: 'failed to create cronjob: ',
    object: {
      metadata: {name},
      spec: {
        jobTemplate: {
          metadata: {name},
          spec: {template: {metadata: {}, spec: {containers: [container], restartPolicy: own.restart || 'OnFailure'}}},
        },
        schedule: own.schedule,
      },
      status: {},
    },
  })
}
