// The annotation in which apply keeps what it was given.

import {copyOf, ensureMap, isMap, type Obj, textAt} from './objects.ts'
import {compactJson} from './output/json.ts'

export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration'

export const lastAppliedOf = (object: Obj): string => textAt(object, 'metadata', 'annotations', lastAppliedKey)

/** The object as the annotation has it: without the annotation itself, with `annotations` always there. */
export const configurationOf = (object: Obj): string => {
  const copy = copyOf(object)
  const annotations = ensureMap(copy, 'metadata', 'annotations')
  delete annotations[lastAppliedKey]
  return `${compactJson(copy)}\n`
}

export const withLastApplied = (object: Obj): Obj => {
  const copy = copyOf(object)
  ensureMap(copy, 'metadata', 'annotations')[lastAppliedKey] = configurationOf(object)
  return copy
}

/** As --save-config: only objects that carry the annotation already are kept up to date otherwise. */
export const savedConfig = (object: Obj, save: boolean): Obj =>
  save || (isMap(object.metadata) && lastAppliedOf(object) !== '') ? withLastApplied(object) : object
