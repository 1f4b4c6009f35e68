// patches, patchesStrategicMerge and patchesJson6902.
import {applyJsonPatch} from '../../api/patch/json-patch.ts'
import {isMap, mapAt, nameOf, namespaceOf, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {objectsOf, type Place, readLocalFile} from './accumulate.ts'
import {gvkOf, type Item, nameNow, newItem} from './item.ts'
import type {Kustomization, PatchSpec, Target} from './kustomization.ts'
import {mergeStrategic} from './merge.ts'
import {isSelected} from './select.ts'

type Patch =
  | {readonly type: 'strategic'; readonly objects: readonly Obj[]}
  | {readonly type: 'json'; readonly operations: readonly object[]}

const parsePatch = (text: string): Patch => {
  const trimmed = text.trimStart()
  if (/^(?:-\s|\[)/.test(trimmed) || /\n-\s+(?:op|path|value|from):/.test(`\n${trimmed}`)) {
    const operations = readYaml(text)
    if (Array.isArray(operations)) return {type: 'json', operations: operations as object[]}
  }
  return {type: 'strategic', objects: objectsOf(text, 'patch')}
}

const textOf = (place: Place, {path, patch}: PatchSpec): string =>
  path ? readLocalFile(place, path).toString('utf8') : (patch ?? '')

/** The object the patch names, by any name it had. */
const namedBy = (patch: Obj, items: readonly Item[]): Item[] => {
  const {group, kind} = gvkOf(newItem(patch))
  const namespace = namespaceOf(patch)
  return items.filter((item) => {
    const own = gvkOf(item)
    if (own.kind !== kind || own.group !== group) return false
    return [...item.names, nameNow(item)].some(
      (one) => one.name === nameOf(patch) && (namespace === '' || (one.namespace || 'default') === namespace),
    )
  })
}

const mergeInto = (item: Item, patch: Obj, options: PatchSpec['options'], items: Item[]): void => {
  const keeps: Obj = {
    ...patch,
    kind: options?.allowKindChange ? patch.kind : item.object.kind,
    apiVersion: options?.allowKindChange ? patch.apiVersion : item.object.apiVersion,
    metadata: {
      ...mapAt(patch, 'metadata'),
      name: options?.allowNameChange ? nameOf(patch) : nameOf(item.object),
      ...(namespaceOf(item.object) === '' ? {} : {namespace: namespaceOf(item.object)}),
    },
  }
  if (namespaceOf(item.object) === '') delete mapAt(keeps, 'metadata').namespace
  const merged = mergeStrategic(item.object, keeps, gvkOf(item))
  if (merged) item.object = merged
  else items.splice(items.indexOf(item), 1)
}

const applyJson = (item: Item, operations: readonly object[]): void => {
  const result = applyJsonPatch(structuredClone(item.object), operations)
  if (isMap(result)) item.object = result
}

const targetText = ({kind = '', version = '', group = '', name = '', namespace = ''}: Target): string =>
  `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}/${name || '[noName]'}.${namespace || '[noNs]'}`

const applyPatch = (place: Place, spec: PatchSpec, items: Item[]): void => {
  const patch = parsePatch(textOf(place, spec))
  const chosen = spec.target ? items.filter((item) => isSelected(item, spec.target ?? {})) : undefined
  if (patch.type === 'json') {
    if (!chosen) throw new Error('must specify a target for JSON patch')
    for (const item of chosen) applyJson(item, patch.operations)
    return
  }
  for (const object of patch.objects) {
    const found = chosen ?? namedBy(object, items)
    if (!chosen && found.length === 0) {
      const {group, version, kind} = gvkOf(newItem(object))
      throw new Error(
        `no resource matches strategic merge patch "${targetText({group, version, kind, name: nameOf(object), namespace: namespaceOf(object)})}": no matches for Id ${targetText({group, version, kind, name: nameOf(object), namespace: namespaceOf(object)})}; failed to find unique target for patch ${targetText({group, version, kind, name: nameOf(object), namespace: namespaceOf(object)})}`,
      )
    }
    for (const item of found) mergeInto(item, object, spec.options, items)
  }
}

/** An entry of patchesStrategicMerge is a file, or the patch itself. */
const oldStrategic = (place: Place, entry: string): PatchSpec => {
  if (/\n/.test(entry.trim()) || /^\s*\{/.test(entry)) return {patch: entry}
  return {patch: readLocalFile(place, entry).toString('utf8')}
}

export const patchAll = (
  place: Place,
  {patches = [], patchesStrategicMerge = [], patchesJson6902 = []}: Kustomization,
  items: Item[],
  when: 'before' | 'after',
): void => {
  const specs =
    when === 'before'
      ? [...patchesStrategicMerge.map((entry) => oldStrategic(place, entry)), ...patches]
      : [...patchesJson6902]
  for (const spec of specs) applyPatch(place, spec, items)
}
