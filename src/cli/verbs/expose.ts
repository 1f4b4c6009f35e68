import {mergePatch} from '../../api/patch/merge-patch.ts'
import {services} from '../../api/resources.ts'
import type {flags} from '../commands/expose.ts'
import {gather, missingResource} from '../input/select.ts'
import type {Invocation} from '../invocation.ts'
import {requireKnownKinds} from '../known-kinds.ts'
import {type Obj, stringsAt} from '../objects.ts'
import {together} from '../report-error.ts'
import {Failure} from '../usage-mistake.ts'
import {readYaml} from '../yaml/read.ts'
import {createGenerated} from './create/generate.ts'
import {portsFor, selectorFor} from './expose/ports.ts'

const exposable = new Set(['Pod', 'Service', 'ReplicationController', 'Deployment', 'ReplicaSet'])

export const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=')
        if (equals < 1) throw new Error(`unexpected label spec: ${part}`)
        return [part.slice(0, equals), part.slice(equals + 1)]
      }),
  )

const intOrName = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)

const portsOf = (own: Invocation<typeof flags>['flags'], object: Obj): Obj[] => {
  const found = portsFor(object)
  const listed =
    own.port === ''
      ? found
      : own.port.split(',').map((port) => ({
          port: Number(port),
          protocol: own.protocol || found.find((one) => one.port === Number(port))?.protocol || 'TCP',
        }))
  if (listed.length === 0) throw new Error("couldn't find port via --port flag or introspection")
  const several = listed.length > 1
  return listed.map(({port, protocol}, index) => ({
    ...(several ? {name: `port-${index + 1}`} : {}),
    port,
    protocol: own.protocol || protocol,
    targetPort: own['target-port'] === '' ? port : intOrName(own['target-port']),
  }))
}

export const expose = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args, io, connect} = invocation
  if (args.length === 0 && own.filename.length === 0 && own.kustomize === '')
    throw new Failure(`error: ${missingResource}`)
  const {infos, errors} = await gather({
    io,
    connect,
    args,
    filenames: own.filename,
    recursive: own.recursive,
    kustomize: own.kustomize,
  })
  if (errors.length > 0) throw together(errors)
  requireKnownKinds(infos)
  const failed: unknown[] = []
  for (const {resource, name, object} of infos)
    try {
      if (!exposable.has(resource.kind))
        throw new Error(`cannot expose a ${resource.kind}${resource.group === '' ? '' : `.${resource.group}`}`)
      const labels = own.labels === '' ? stringsAt(object, 'metadata', 'labels') : pairs(own.labels)
      const service: Obj = {
        metadata: {name: own.name || name.slice(0, 63), ...(Object.keys(labels).length > 0 ? {labels} : {})},
        spec: {
          ports: portsOf(own, object),
          selector: own.selector === '' ? selectorFor(object) : pairs(own.selector),
          ...(own.type === '' ? {} : {type: own.type}),
          ...(own['external-ip'] === '' ? {} : {externalIPs: [own['external-ip']]}),
          ...(own['load-balancer-ip'] === '' ? {} : {loadBalancerIP: own['load-balancer-ip']}),
          ...(own['session-affinity'] === '' ? {} : {sessionAffinity: own['session-affinity']}),
          ...(own['cluster-ip'] === '' ? {} : {clusterIP: own['cluster-ip']}),
        },
        status: {loadBalancer: {}},
      }
      const overridden = own.overrides === '' ? service : (mergePatch(service, readYaml(own.overrides)) as Obj)
      await createGenerated(
        {...invocation, flags: {...own, validate: 'strict'}},
        {resource: services, object: overridden},
        'exposed',
      )
    } catch (error) {
      failed.push(error)
    }
  if (failed.length > 0) throw together(failed)
}
