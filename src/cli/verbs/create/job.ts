import {pathOf} from '../../../api/resource.ts'
import {cronJobs, jobs} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/job.ts'
import type {Invocation} from '../../invocation.ts'
import {at, mapAt, nameOf, type Obj} from '../../objects.ts'
import {getJson} from '../../request.ts'
import {createMapper} from '../../resources/mapper.ts'
import {argsAfterDash, createGenerated, oneName} from './generate.ts'

const fromCronJob = async (invocation: Invocation<typeof flags>, name: string): Promise<Obj> => {
  const [type = '', source = ''] = invocation.flags.from.split('/')
  const {client, namespace} = await invocation.connect()
  const resource = await createMapper(async () => client).byWord(type)
  if (source === '') throw new Error('from must be an existing cronjob')
  const parent = await getJson<Obj>(client, pathOf(resource, {namespace, name: source}))
  if (resource.plural !== cronJobs.plural) throw new Error('from must be an existing cronjob')
  const labels = mapAt(parent, 'spec', 'jobTemplate', 'metadata', 'labels')
  return {
    metadata: {
      name,
      annotations: {
        'cronjob.kubernetes.io/instantiate': 'manual',
        ...mapAt(parent, 'spec', 'jobTemplate', 'metadata', 'annotations'),
      },
      ...(Object.keys(labels).length > 0 ? {labels} : {}),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: nameOf(parent),
          uid: at(parent, 'metadata', 'uid'),
          controller: true,
        },
      ],
    },
    spec: mapAt(parent, 'spec', 'jobTemplate', 'spec'),
    status: {},
  }
}

export const createJob = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  const command = argsAfterDash(invocation)
  if ((own.image === '') === (own.from === '')) throw new Error('either --image or --from must be specified')
  if (command.length > 0 && own.from !== '') throw new Error('cannot specify --from and command')
  const container = {image: own.image, name, resources: {}, ...(command.length > 0 ? {command: [...command]} : {})}
  const object =
    own.from === ''
      ? {
          metadata: {name},
          spec: {template: {metadata: {}, spec: {containers: [container], restartPolicy: 'Never'}}},
          status: {},
        }
      : await fromCronJob(invocation, name)
  await createGenerated(invocation, {resource: jobs, object, failure: 'failed to create job: '})
}
