// patches, patchesStrategicMerge and patchesJson6902.
import {applyJsonPatch} from '../../api/patch/json-patch.ts'
import {isMap, mapAt, nameOf, namespaceOf, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {writeYaml} from '../yaml/write.ts'
import {objectsOf, type Place, readLocalFile} from './accumulate.ts'
import {gvkOf, type Item, nameNow, newItem} from './item.ts'
import {type Kustomization, type PatchSpec, type Target, troubleWith} from './kustomization.ts'
import {mergeStrategic} from './merge.ts'
import {schemaOf} from './open-api.ts'
import {isSelected} from './select.ts'

type Patch =
  | {readonly type: 'strategic'; readonly objects: readonly Obj[]}
  | {readonly type: 'json'; readonly operations: readonly object[]}

const unparsable = (text: string): Error =>
  new Error(`unable to parse SM or JSON patch from [patch: ${JSON.stringify(text)}]`)

/** What begins as JSON must be JSON. */
const jsonOperations = (text: string): object[] => {
  try {
    return JSON.parse(text) as object[]
  } catch (error) {
    throw new Error(unparsable(text).message, {cause: error})
  }
}

const parsePatch = (text: string): Patch => {
  const trimmed = text.trimStart()
  if (trimmed.startsWith('[')) return {type: 'json', operations: jsonOperations(text)}
  if (/^-\s/.test(trimmed) || /\n-\s+(?:op|path|value|from):/.test(`\n${trimmed}`)) {
    const operations = readYaml(text)
    if (Array.isArray(operations)) return {type: 'json', operations: operations as object[]}
  }
  try {
    const objects = objectsOf(text, 'patch')
    if (objects.length > 0) return {type: 'strategic', objects}
  } catch (error) {
    throw new Error(unparsable(text).message, {cause: error})
  }
  throw unparsable(text)
}

const textOf = (place: Place, {path, patch, target}: PatchSpec): string => {
  const shown = target ? `\n${writeYaml({target}).trimEnd()}` : ''
  if (!path && !patch) throw new Error(`must specify one of patch and path in${shown}`)
  if (path && patch)
    throw new Error(
      `patch and path can't be set at the same time\n${writeYaml({patch, path, ...(target ? {target} : {})}).trimEnd()}`,
    )
  if (patch) return patch
  try {
    return readLocalFile(place, path ?? '').toString('utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`failed to get the patch file from path(${path}): ${why}`, {cause: error})
  }
}

/** What a patch is made of, before it meets an object. */
const patchOf = (place: Place, spec: PatchSpec): Patch => {
  try {
    return parsePatch(textOf(place, spec))
  } catch (error) {
    throw troubleWith('PatchTransformer', {...spec}, error instanceof Error ? error.message : String(error))
  }
}

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

const mergeInto = (place: Place, item: Item, patch: Obj, options: PatchSpec['options'], items: Item[]): void => {
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
  const merged = mergeStrategic(item.object, keeps, schemaOf(place, gvkOf(item)))
  if (merged) item.object = merged
  else items.splice(items.indexOf(item), 1)
}

/** Labels and annotations are text, whatever a patch put there. */
const stringsOnly = (object: Obj, field: string): void => {
  const metadata = mapAt(object, 'metadata')
  if (!isMap(metadata[field])) return
  metadata[field] = Object.fromEntries(
    Object.entries(mapAt(metadata, field)).map(([key, value]) => [key, String(value)]),
  )
}

const jsonComplaint = (operation: object, why: string): string => {
  const {op, path = ''} = operation as {op?: string; path?: string}
  const isInside = why.startsWith('missing key')
  if (op === 'test') return `testing value ${path} failed: test failed`
  if (op === 'remove' && isInside)
    return `error in remove for path: '${path}': Unable to remove nonexistent key: ${path.slice(path.lastIndexOf('/') + 1)}: missing value`
  if (op === 'replace')
    return `replace operation does not apply: doc is missing ${isInside ? 'key' : 'path'}: ${path}: missing value`
  return `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`
}

const applyOne = (object: Obj, operation: object): unknown => {
  try {
    return applyJsonPatch(structuredClone(object), [operation])
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(jsonComplaint(operation, why), {cause: error})
  }
}

const applyJson = (item: Item, operations: readonly object[]): void => {
  for (const operation of operations) {
    const result = applyOne(item.object, operation)
    if (isMap(result)) item.object = result
  }
  stringsOnly(item.object, 'labels')
  stringsOnly(item.object, 'annotations')
}

const targetText = ({kind = '', version = '', group = '', name = '', namespace = ''}: Target): string =>
  `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}/${name || '[noName]'}.${namespace || '[noNs]'}`

const applyPatch = (place: Place, spec: PatchSpec, items: Item[]): void => {
  const patch = patchOf(place, spec)
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
    for (const item of found) mergeInto(place, item, object, spec.options, items)
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
