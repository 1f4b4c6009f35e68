// What a service that exposes an object selects, and which ports it offers.
import {horizontalPodAutoscalers} from '../../../api/resources.ts'
import {at, listAt, mapAt, type Obj, stringsAt} from '../../objects.ts'
import {podSpecOf} from '../../pod-template.ts'

export const hpaResource = horizontalPodAutoscalers

export const selectorFor = (object: Obj): Record<string, string> => {
  const kind = String(object.kind)
  if (kind === 'Pod') {
    const labels = stringsAt(object, 'metadata', 'labels')
    if (Object.keys(labels).length === 0) throw new Error('the pod has no labels and cannot be exposed')
    return labels
  }
  if (kind === 'Service' || kind === 'ReplicationController') {
    const selector = stringsAt(object, 'spec', 'selector')
    if (Object.keys(selector).length === 0) throw new Error(`the ${kind.toLowerCase()} has no pod selector set`)
    return selector
  }
  if (listAt(object, 'spec', 'selector', 'matchExpressions').length > 0)
    throw new Error(
      `couldn't convert expressions - "${JSON.stringify(at(object, 'spec', 'selector', 'matchExpressions'))}" to map-based selector format`,
    )
  return mapAt(object, 'spec', 'selector', 'matchLabels') as Record<string, string>
}

export interface ExposedPort {
  readonly port: number
  readonly protocol: string
}

export const portsFor = (object: Obj): ExposedPort[] => {
  const listed =
    object.kind === 'Service'
      ? listAt(object, 'spec', 'ports').map(({port, protocol}) => ({port, protocol}))
      : listAt(podSpecOf(object), 'containers').flatMap((container) =>
          listAt(container, 'ports').map(({containerPort, protocol}) => ({port: containerPort, protocol})),
        )
  return listed.map(({port, protocol}) => ({port: Number(port), protocol: String(protocol ?? 'TCP')}))
}
