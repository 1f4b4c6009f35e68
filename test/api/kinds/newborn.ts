// An object as it would be stored, and what would be wrong with it.

import type {Kind} from '../../../src/api/kind.ts'
import {kinds} from '../../../src/api/kinds/index.ts'
import {validateChange, validateNew} from '../../../src/api/kinds/validate.ts'
import type {KubeObject} from '../../../src/api/object.ts'
import {apiVersionOf} from '../../../src/api/resource.ts'
import {applyDefaults} from '../../../src/api/schema/defaults.ts'

export const kindOf = (apiVersion: string, name: string): Kind => {
  const found = kinds.find(({resource}) => apiVersionOf(resource) === apiVersion && resource.kind === name)
  if (!found) throw new Error(`there is no ${apiVersion} ${name}`)
  return found
}

export const defaulted = <T extends KubeObject>(given: T): T => {
  const kind = kindOf(given.apiVersion ?? '', given.kind ?? '')
  const object = structuredClone(given)
  object.metadata ??= {}
  object.metadata.uid ??= 'a-b-c'
  if (kind.resource.namespaced) object.metadata.namespace ??= 'here'
  applyDefaults(object, kind.schema)
  kind.strategy.default?.(object)
  return object
}

export const newborn = <T extends KubeObject>(given: T): T => {
  const object = defaulted(given)
  kindOf(given.apiVersion ?? '', given.kind ?? '').strategy.prepareForCreate?.(object)
  return object
}

export const complaintsAbout = (given: KubeObject): string[] =>
  validateNew(kindOf(given.apiVersion ?? '', given.kind ?? ''), newborn(given)).list.map(
    ({field, message}) => `${field}: ${message}`,
  )

export const complaintsAboutChange = <T extends KubeObject>(given: T, change: (object: T) => void): string[] => {
  const kind = kindOf(given.apiVersion ?? '', given.kind ?? '')
  const old = newborn(given)
  if (old.metadata) old.metadata.resourceVersion = '7'
  const next = structuredClone(old)
  change(next)
  kind.strategy.prepareForUpdate?.(next, old)
  return validateChange(kind, next, old).list.map(({field, message}) => `${field}: ${message}`)
}

export const warningsAbout = (given: KubeObject): readonly string[] =>
  kindOf(given.apiVersion ?? '', given.kind ?? '').strategy.warnings?.(newborn(given), undefined) ?? []
