import {tryParseQuantity} from '../../api/meta/quantity.ts'
import {apiVersionOf, type Resource} from '../../api/resource.ts'
import type {flags} from '../commands/autoscale.ts'
import {gather, missingResource} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import type {Obj} from '../objects.ts'
import {together} from '../report-error.ts'
import type {Mapper} from '../resources/mapper.ts'
import {Failure} from '../usage-mistake.ts'
import {createGenerated} from './create/generate.ts'
import {hpaResource} from './expose/ports.ts'

const scalable = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

const metric = (name: 'cpu' | 'memory', text: string): Obj[] => {
  if (text === '') return []
  const percent = /^(\d+)%?$/.exec(text)?.[1]
  if (percent === undefined && 'problem' in tryParseQuantity(text))
    throw new Error(`invalid resource ${name} value: ${text}`)
  const target =
    percent === undefined || (name === 'memory' && !text.endsWith('%'))
      ? {type: 'AverageValue', averageValue: text}
      : {type: 'Utilization', averageUtilization: Number(percent)}
  return [{type: 'Resource', resource: {name, target}}]
}

const hasScale = async (mapper: Mapper, {group, version, plural}: Resource): Promise<boolean> => {
  const {resources} = await mapper.discovery()
  return resources.some(
    (one) =>
      one.group === group && one.version === version && one.plural === plural && one.subresources.includes('scale'),
  )
}

export const autoscale = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (own.max < 1) throw new Error('--max=MAXPODS is required and must be at least 1, max: ' + own.max)
  if (own.max < own.min)
    throw new Error(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${own.max}, min: ${own.min}`)
  const percent = own['cpu-percent']
  if (percent >= 0 && own.cpu !== '') throw new Error('--cpu-percent and --cpu are mutually exclusive')
  const cpu = percent >= 0 ? `${percent}%` : own.cpu
  if (args.length === 0 && own.filename.length === 0 && own.kustomize === '')
    throw new Failure(`error: ${missingResource}`)
  const {infos, errors, mapper} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
  })
  if (errors.length > 0) throw together(errors)
  for (const {resource, name} of infos) {
    if (!scalable.has(resource.kind) && !(await hasScale(mapper, resource)))
      throw new Error(
        `cannot autoscale a ${resource.kind}: could not find scale subresource for ${apiVersionOf(resource)}, Resource=${resource.plural} in discovery information`,
      )
    const metrics = [...metric('cpu', cpu), ...metric('memory', own.memory)]
    await createGenerated(
      {...invocation, flags: {...own, validate: 'strict'}},
      {
        resource: hpaResource,
        object: {
          metadata: {name: own.name || name},
          spec: {
            scaleTargetRef: {apiVersion: apiVersionOf(resource), kind: resource.kind, name},
            ...(own.min > 0 ? {minReplicas: own.min} : {}),
            maxReplicas: own.max,
            ...(metrics.length > 0 ? {metrics} : {}),
          },
          status: {desiredReplicas: 0, currentMetrics: null},
        },
      },
      own['dry-run'] === 'client' ? 'created' : 'autoscaled',
    )
  }
}
