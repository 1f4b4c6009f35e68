// The kinds of metrics.k8s.io, so that discovery lists them. They are computed, never stored: a route answers.
import type {Kind} from '../../api/kind.ts'
import type {Resource} from '../../api/resource.ts'

const resource = (kind: string, plural: string, namespaced: boolean): Resource => ({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind,
  plural,
  singular: '',
  shortNames: [],
  categories: [],
  namespaced,
})

const computed = (of: Resource): Kind => ({
  resource: of,
  verbs: ['get', 'list'],
  schema: {type: 'object', preserveUnknown: true},
  subresources: {},
  columns: [],
  selectableFields: {},
  strategy: {},
  virtual: true,
})

export const metricsKinds: readonly Kind[] = [
  computed(resource('NodeMetrics', 'nodes', false)),
  computed(resource('PodMetrics', 'pods', true)),
]
