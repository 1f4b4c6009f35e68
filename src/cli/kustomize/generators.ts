// configMapGenerator and secretGenerator.
import {basename} from 'node:path'
import {contentHash} from '../content-hash.ts'
import {mapAt, nameOf, namespaceOf, type Obj} from '../objects.ts'
import {type Place, readLocalFile} from './accumulate.ts'
import {hadName, type Item, newItem, rememberName} from './item.ts'
import type {Generator, GeneratorOptions, Kustomization} from './kustomization.ts'

type Kind = 'ConfigMap' | 'Secret'

const unquoted = (text: string): string => {
  const quote = text[0]
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote) ? text.slice(1, -1) : text
}

const literal = (text: string): [string, Buffer] => {
  const equals = text.indexOf('=')
  if (equals <= 0) throw new Error(`invalid literal source ${text}, expected key=value`)
  return [text.slice(0, equals), Buffer.from(unquoted(text.slice(equals + 1)))]
}

const envLines = (text: string): [string, Buffer][] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const equals = line.indexOf('=')
      return equals < 0
        ? [line, Buffer.from(process.env[line] ?? '')]
        : [line.slice(0, equals), Buffer.from(line.slice(equals + 1))]
    })

const loaded = <T>(what: string, sources: readonly string[], load: () => T): T => {
  try {
    return load()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`loading KV pairs: ${what} [${sources.join(' ')}]: ${why}`, {cause: error})
  }
}

const pairsOf = (place: Place, {files = [], literals = [], envs = [], env}: Generator): [string, Buffer][] => {
  const environments = [...envs, ...(env === undefined ? [] : [env])]
  return [
    ...loaded('env source files:', environments, () =>
      environments.flatMap((name) => envLines(readLocalFile(place, name).toString('utf8'))),
    ),
    ...loaded('literal sources', literals, () => literals.map(literal)),
    ...loaded('file sources:', files, () =>
      files.map((spec): [string, Buffer] => {
        const equals = spec.indexOf('=')
        const path = spec.slice(equals + 1)
        return [equals < 0 ? basename(path) : spec.slice(0, equals), readLocalFile(place, path)]
      }),
    ),
  ]
}

const isText = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes)

const dataOf = (kind: Kind, name: string, pairs: readonly [string, Buffer][]): Obj => {
  const data: Record<string, string> = {}
  const binaryData: Record<string, string> = {}
  for (const [key, bytes] of pairs) {
    if (key in data || key in binaryData)
      throw new Error(`${kind.toLowerCase()} ${name} illegally repeats the key \`${key}\``)
    if (kind === 'Secret') data[key] = bytes.toString('base64')
    else if (isText(bytes)) data[key] = bytes.toString('utf8')
    else binaryData[key] = bytes.toString('base64')
  }
  return {
    ...(Object.keys(data).length > 0 ? {data} : {}),
    ...(Object.keys(binaryData).length > 0 ? {binaryData} : {}),
  }
}

const merged = (common: GeneratorOptions = {}, own: GeneratorOptions = {}): GeneratorOptions => ({
  ...common,
  ...own,
  labels: {...common.labels, ...own.labels},
  annotations: {...common.annotations, ...own.annotations},
  // What is true for all cannot be false for one.
  disableNameSuffixHash: own.disableNameSuffixHash || common.disableNameSuffixHash || false,
  immutable: own.immutable || common.immutable || false,
})

const objectOf = (place: Place, kind: Kind, generator: Generator, options: GeneratorOptions): Obj => {
  const {labels = {}, annotations = {}, immutable} = options
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: generator.name,
      ...(generator.namespace ? {namespace: generator.namespace} : {}),
      ...(Object.keys(labels).length > 0 ? {labels: {...labels}} : {}),
      ...(Object.keys(annotations).length > 0 ? {annotations: {...annotations}} : {}),
    },
    ...(kind === 'Secret' ? {type: generator.type ?? 'Opaque'} : {}),
    ...dataOf(kind, generator.name, pairsOf(place, generator)),
    ...(immutable ? {immutable: true} : {}),
  }
}

/** `merge` adds to the data there is; `replace` leaves only the name, labels and annotations of what there was. */
const absorb = (item: Item, made: Obj, behavior: string): void => {
  if (behavior === 'replace') item.object = {...made, metadata: item.object.metadata}
  const {object} = item
  const part = (field: string): Obj => ({...mapAt(object, field), ...mapAt(made, field)})
  const put = (target: Obj, field: string, value: Obj): void => {
    if (Object.keys(value).length > 0) target[field] = value
    else delete target[field]
  }
  put(object, 'data', part('data'))
  put(object, 'binaryData', part('binaryData'))
  const metadata = mapAt(object, 'metadata')
  put(metadata, 'labels', {...mapAt(object, 'metadata', 'labels'), ...mapAt(made, 'metadata', 'labels')})
  put(metadata, 'annotations', {...mapAt(object, 'metadata', 'annotations'), ...mapAt(made, 'metadata', 'annotations')})
}

const goId = (kind: Kind, name: string, namespace: string): string =>
  `id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${name}", Namespace:"${namespace}"}`

const add = (place: Place, items: Item[], kind: Kind, generator: Generator, made: Obj, needsHash: boolean): void => {
  const {behavior = 'create', name, namespace = ''} = generator
  const known = items.find(
    (item) =>
      item.object.kind === kind && hadName(item, name) && (namespace === '' || namespaceOf(item.object) === namespace),
  )
  if (behavior === 'merge' || behavior === 'replace') {
    if (!known)
      throw new Error(`merging from generator: ${goId(kind, name, namespace)} does not exist; cannot merge or replace`)
    absorb(known, made, behavior)
    return
  }
  if (known && nameOf(known.object) === name)
    throw new Error(`merging from generator: ${goId(kind, name, namespace)} exists; behavior must be merge or replace`)
  items.push(newItem(made, needsHash, {generator: {kind: `${kind}Generator`, folder: place.folder}}))
}

export const generate = (place: Place, kustomization: Kustomization, items: Item[]): void => {
  const {configMapGenerator = [], secretGenerator = [], generatorOptions} = kustomization
  const each = (kind: Kind, generators: readonly Generator[]): void => {
    for (const generator of generators) {
      const options = merged(generatorOptions, generator.options)
      add(place, items, kind, generator, objectOf(place, kind, generator, options), !options.disableNameSuffixHash)
    }
  }
  each('ConfigMap', configMapGenerator)
  each('Secret', secretGenerator)
}

/** Names end with a hash of the content, so that a change of it rolls its users. */
export const addHashes = (items: readonly Item[]): void => {
  for (const item of items) {
    if (!item.needsHash) continue
    rememberName(item)
    // Neither its name nor whether it may change is part of its content.
    const {immutable: _, metadata: __, ...content} = item.object
    mapAt(item.object, 'metadata').name = `${nameOf(item.object)}-${contentHash(content)}`
  }
}
