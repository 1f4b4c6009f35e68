// What another server says it serves, as kinds for discovery. They are never in the table: requests for them go on.
import type {Kind, Subresource} from '../../../api/kind.ts'
import {isObject} from '../../../api/schema/own.ts'
import type {APIResource} from '../../../api/schema/types.gen.ts'

const subresourcesOf = (plural: string, all: readonly APIResource[]): Kind['subresources'] =>
  Object.fromEntries(
    all
      .filter(({name}) => name.startsWith(`${plural}/`))
      .map(({name, group = '', version = '', kind, verbs}) => [
        name.slice(plural.length + 1),
        {verbs: verbs as Subresource['verbs'], speaks: {group, version, kind}},
      ]),
  )

export const remoteKinds = (group: string, version: string, list: unknown): readonly Kind[] => {
  const resources = isObject(list) && Array.isArray(list.resources) ? (list.resources as APIResource[]) : []
  return resources
    .filter(({name}) => !name.includes('/'))
    .map(({name, singularName, namespaced, kind, verbs, shortNames = [], categories = []}) => ({
      resource: {group, version, kind, plural: name, singular: singularName, shortNames, categories, namespaced},
      verbs: verbs as Kind['verbs'],
      schema: {type: 'object'},
      subresources: subresourcesOf(name, resources),
      columns: [],
      selectableFields: {},
      strategy: {},
      custom: true,
    }))
}
