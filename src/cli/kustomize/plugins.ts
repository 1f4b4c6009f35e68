// `generators`, `transformers` and `validators` that are kustomize's own, each configured by an object of apiVersion
// builtin. Other ones are programs: those need --enable-alpha-plugins, which mini does not take.
import {isMap, nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import {accumulate, objectsOf, type Place, readLocalFile} from './accumulate.ts'
import {openFolder} from './folder.ts'
import {generate} from './generators.ts'
import {changeImages} from './images.ts'
import type {Item} from './item.ts'
import type {FieldSpec, Generator, ImageSpec, Kustomization, PatchSpec, Replacement, Target} from './kustomization.ts'
import {patchAll} from './patches.ts'
import {replaceAll} from './replacements.ts'
import {affixFields, namespaceFields, putAll, replicaFields, type Subjects} from './transform.ts'

type Run = (place: Place, config: Obj, items: Item[]) => void

const fieldSpecs = ({fieldSpecs: specs}: Obj): FieldSpec[] => (Array.isArray(specs) ? (specs as FieldSpec[]) : [])
const pairs = (value: unknown): Record<string, string> => (isMap(value) ? (value as Record<string, string>) : {})

const generator =
  (field: 'configMapGenerator' | 'secretGenerator'): Run =>
  (place, {metadata, ...config}, items) => {
    const named = {...config, name: nameOf({metadata}), namespace: namespaceOf({metadata})} as unknown as Generator
    generate(place, {[field]: [named]} as Kustomization, items)
  }

const patch =
  (fragment: (config: Obj) => Kustomization, when: 'before' | 'after'): Run =>
  (place, config, items) =>
    patchAll(place, fragment(config), items, when)

const runs: Readonly<Record<string, Run>> = {
  ConfigMapGenerator: generator('configMapGenerator'),
  SecretGenerator: generator('secretGenerator'),
  PrefixTransformer: (_, config, items) => affixFields(items, textAt(config, 'prefix'), '', fieldSpecs(config)),
  SuffixTransformer: (_, config, items) => affixFields(items, '', textAt(config, 'suffix'), fieldSpecs(config)),
  NamespaceTransformer: (_, config, items) =>
    namespaceFields(items, namespaceOf(config), fieldSpecs(config), {
      subjects: (config.setRoleBindingSubjects ?? 'defaultOnly') as Subjects,
      unsetOnly: config.unsetOnly === true,
    }),
  LabelTransformer: (_, config, items) => putAll(items, pairs(config.labels), fieldSpecs(config)),
  AnnotationsTransformer: (_, config, items) => putAll(items, pairs(config.annotations), fieldSpecs(config)),
  ImageTagTransformer: (_, config, items) => changeImages(items, [config.imageTag as ImageSpec], fieldSpecs(config)),
  ReplicaCountTransformer: (_, config, items) =>
    replicaFields(items, config.replica as {name: string; count: number}, fieldSpecs(config)),
  PatchTransformer: patch((config) => ({patches: [config as PatchSpec]}), 'before'),
  PatchStrategicMergeTransformer: patch(
    ({paths = [], patches}) => ({
      patchesStrategicMerge: [...(paths as string[]), ...(typeof patches === 'string' ? [patches] : [])],
    }),
    'before',
  ),
  PatchJson6902Transformer: patch(
    ({target, path, jsonOp}) => ({
      patchesJson6902: [{target: target as Target, ...(path ? {path: String(path)} : {patch: String(jsonOp ?? '')})}],
    }),
    'after',
  ),
  ReplacementTransformer: (place, {replacements}, items) => replaceAll(place, items, replacements as Replacement[]),
}

const isFolder = (error: unknown): boolean => error instanceof Error && error.message.endsWith('must resolve to a file')

/** An entry is a file with configurations, a kustomization that makes them, or the configuration itself. */
const configsOf = (place: Place, entry: string): readonly Obj[] => {
  if (entry.includes('\n') || /^\s*\{/.test(entry)) return objectsOf(entry, 'plugin')
  try {
    return objectsOf(readLocalFile(place, entry).toString('utf8'), entry)
  } catch (error) {
    if (!isFolder(error)) throw error
  }
  const opened = openFolder(entry, {cwd: place.folder})
  try {
    return accumulate({...place, folder: opened.path, above: [...place.above, place.folder]}).items.map(
      ({object}) => object,
    )
  } finally {
    opened.close()
  }
}

const runOne = (place: Place, config: Obj, items: Item[]): void => {
  const kind = textAt(config, 'kind')
  const run = config.apiVersion === 'builtin' ? runs[kind] : undefined
  if (!run)
    throw new Error(
      `unable to load plugin ${kind}.${textAt(config, 'apiVersion')}: it is a program of its own, and mini runs none; what kustomize itself has is of apiVersion builtin`,
    )
  run(place, config, items)
}

export const runPlugins = (place: Place, entries: readonly string[], items: Item[]): void => {
  for (const entry of entries) for (const config of configsOf(place, entry)) runOne(place, config, items)
}

/** They may complain, but not change anything. */
export const validate = (place: Place, entries: readonly string[], items: readonly Item[]): void => {
  for (const entry of entries) {
    const copies = structuredClone(items) as Item[]
    runPlugins(place, [entry], copies)
    const changed = items.find(({object}, index) => compactJson(object) !== compactJson(copies[index]?.object))
    if (changed || copies.length !== items.length)
      throw new Error(
        `validator shouldn't modify the resource map: nodes unequal: \n -- ${compactJson(changed?.object)}`,
      )
  }
}
