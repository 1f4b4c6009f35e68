// Definitions of custom kinds as large and odd as those of well-known operators: what their generators make of a pod's
// whole specification, descriptions and all.

import type {Schema} from '../../src/api/schema/contract.ts'
import {definition} from '../../src/api/schema/definitions.ts'
import type {CustomResourceDefinition, JSONSchemaProps} from '../../src/api/schema/types.gen.ts'

const quantityPattern =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'

const either: JSONSchemaProps = {anyOf: [{type: 'integer'}, {type: 'string'}], 'x-kubernetes-int-or-string': true}

const text = (schema: Schema): string =>
  `${schema.name ?? schema.type} as the API of Kubernetes has it. More info: https://kubernetes.io/docs/reference/`

const listed = (schema: Schema, item: JSONSchemaProps): JSONSchemaProps => {
  const keys = schema.listMapKeys ?? []
  if (schema.listType !== 'map')
    return {type: 'array', items: item, ...(schema.listType ? {'x-kubernetes-list-type': schema.listType} : {})}
  for (const key of keys) {
    const known = item.properties?.[key]
    if (known && !item.required?.includes(key)) known.default ??= known.type === 'integer' ? 0 : ''
  }
  return {type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [...keys]}
}

/** The structural schema of a built-in type. */
export const propsOf = (schema: Schema): JSONSchemaProps => {
  const {type, format, properties, values, items, required} = schema
  const description = text(schema)
  if (format === 'quantity') return {...either, description, pattern: quantityPattern}
  if (format === 'int-or-string') return {...either, description}
  if (schema.name?.endsWith('.ObjectMeta')) return {type: 'object', description}
  if (type === 'array') return {...listed(schema, items ? propsOf(items) : {type: 'string'}), description}
  if (type === 'object' && values) return {type, description, additionalProperties: propsOf(values)}
  if (type === 'object' && properties)
    return {
      type,
      description,
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, propsOf(inner)])),
      ...(required && required.length > 0 ? {required: [...required]} : {}),
    }
  if (type === 'any' || type === 'object')
    return {type: 'object', 'x-kubernetes-preserve-unknown-fields': true, description}
  return {type, description, ...(format && format !== 'date-time-micro' ? {format} : {})}
}

interface Wanted {
  readonly group: string
  readonly plural: string
  readonly kind: string
  readonly spec: JSONSchemaProps
  readonly namespaced?: boolean
}

export const definitionOf = ({
  group,
  plural,
  kind,
  spec,
  namespaced = true,
}: Wanted): CustomResourceDefinition & {
  metadata: {name: string}
} => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {name: `${plural}.${group}`, annotations: {'controller-gen.kubebuilder.io/version': 'v0.17.2'}},
  spec: {
    group,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    names: {plural, kind, shortNames: [`x${plural}`], categories: ['all-operators']},
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {status: {}},
        additionalPrinterColumns: [
          {name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status'},
          {name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp'},
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: `${kind} is made by an operator.`,
            required: ['spec'],
            properties: {
              apiVersion: {type: 'string'},
              kind: {type: 'string'},
              metadata: {type: 'object'},
              spec,
              status: {
                type: 'object',
                properties: {
                  conditions: propsOf({
                    type: 'array',
                    items: definition('io.k8s.apimachinery.pkg.apis.meta.v1.Condition'),
                    listType: 'map',
                    listMapKeys: ['type'],
                  }),
                },
              },
            },
          },
        },
      },
    ],
  },
})

/** What a controller generates for a kind with a pod in it. */
export const withPod = (group: string, plural: string, kind: string): ReturnType<typeof definitionOf> =>
  definitionOf({
    group,
    plural,
    kind,
    spec: {
      type: 'object',
      required: ['template'],
      properties: {
        replicas: {type: 'integer', format: 'int32', minimum: 0},
        selector: propsOf(definition('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector')),
        template: propsOf(definition('io.k8s.api.core.v1.PodTemplateSpec')),
      },
    },
  })

/** A smaller one. */
export const withService = (group: string, plural: string, kind: string): ReturnType<typeof definitionOf> =>
  definitionOf({group, plural, kind, spec: propsOf(definition('io.k8s.api.core.v1.ServiceSpec'))})
