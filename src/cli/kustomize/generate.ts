// configMapGenerator and secretGenerator.
import {readFileSync} from 'node:fs'
import {basename, resolve} from 'node:path'
import {ensureMap, nameOf, namespaceOf, type Obj, stringsAt} from '../objects.ts'
import {type Item, kindOf, newItem} from './resource.ts'

interface GeneratorOptions {
  readonly disableNameSuffixHash?: boolean
  readonly labels?: Record<string, string>
  readonly annotations?: Record<string, string>
  readonly immutable?: boolean
}
export interface GeneratorSpec {
  readonly name?: string
  readonly namespace?: string
  readonly behavior?: string
  readonly type?: string
  readonly literals?: readonly string[]
  readonly files?: readonly string[]
  readonly envs?: readonly string[]
  readonly env?: string
  readonly options?: GeneratorOptions
}

const readData = (spec: GeneratorSpec, root: string): Map<string, Buffer> => {
  const data = new Map<string, Buffer>()
  const add = (key: string, value: Buffer): void => {
    if (data.has(key)) throw new Error(`configmap ${spec.name} illegally repeats the key \`${key}\``)
    data.set(key, value)
  }
  for (const file of [...(spec.envs ?? []), ...(spec.env ? [spec.env] : [])])
    for (const line of readFileSync(resolve(root, file), 'utf8').split(/\r?\n/)) {
      const text = line.trimStart()
      if (text === '' || text.startsWith('#')) continue
      const equals = text.indexOf('=')
      add(equals < 0 ? text : text.slice(0, equals), Buffer.from(equals < 0 ? '' : text.slice(equals + 1)))
    }
  for (const source of spec.files ?? []) {
    const equals = source.indexOf('=')
    const path = source.slice(equals + 1)
    add(equals < 0 ? basename(path) : source.slice(0, equals), readFileSync(resolve(root, path)))
  }
  for (const literal of spec.literals ?? []) {
    const equals = literal.indexOf('=')
    if (equals < 1) throw new Error(`invalid literal source ${literal}, expected key=value`)
    const value = literal.slice(equals + 1)
    const quoted = /^(['"])(.*)\1$/s.exec(value)
    add(literal.slice(0, equals), Buffer.from(quoted?.[2] ?? value))
  }
  return data
}

const build = (kind: 'ConfigMap' | 'Secret', spec: GeneratorSpec, options: GeneratorOptions, root: string): Obj => {
  const data: Record<string, string> = {}
  const binaryData: Record<string, string> = {}
  for (const [key, bytes] of readData(spec, root)) {
    const text = bytes.toString('utf8')
    if (kind === 'Secret') data[key] = bytes.toString('base64')
    else if (Buffer.from(text).equals(bytes)) data[key] = text
    else binaryData[key] = bytes.toString('base64')
  }
  const object: Obj = {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: spec.name,
      ...(spec.namespace ? {namespace: spec.namespace} : {}),
      ...(options.labels ? {labels: options.labels} : {}),
      ...(options.annotations ? {annotations: options.annotations} : {}),
    },
    ...(Object.keys(data).length > 0 ? {data} : {}),
    ...(Object.keys(binaryData).length > 0 ? {binaryData} : {}),
    ...(kind === 'Secret' ? {type: spec.type ?? 'Opaque'} : {}),
    ...(options.immutable ? {immutable: true} : {}),
  }
  return object
}

export const generate = (
  items: Item[],
  kind: 'ConfigMap' | 'Secret',
  specs: readonly GeneratorSpec[],
  defaults: GeneratorOptions,
  root: string,
): void => {
  for (const spec of specs) {
    const options = {
      ...defaults,
      ...spec.options,
      labels: {...defaults.labels, ...spec.options?.labels},
      annotations: {...defaults.annotations, ...spec.options?.annotations},
    }
    const cleaned = {
      ...options,
      ...(Object.keys(options.labels).length > 0 ? {} : {labels: undefined}),
      ...(Object.keys(options.annotations).length > 0 ? {} : {annotations: undefined}),
    } as GeneratorOptions
    const object = build(kind, spec, cleaned, root)
    const known = items.find(
      (item) =>
        kindOf(item) === kind &&
        item.names.includes(spec.name ?? '') &&
        (!spec.namespace || namespaceOf(item.object) === spec.namespace),
    )
    const behavior = spec.behavior ?? 'create'
    if (behavior === 'merge' || behavior === 'replace') {
      if (!known)
        throw new Error(`merging from generator ${spec.name}: id ${kind} does not exist; cannot merge or replace`)
      for (const part of ['data', 'binaryData'] as const)
        if (behavior === 'replace') known.object = {...known.object, [part]: object[part]}
        else if (object[part]) Object.assign(ensureMap(known.object, part), object[part])
      Object.assign(ensureMap(known.object, 'metadata'), {
        labels: {...stringsAt(known.object, 'metadata', 'labels'), ...cleaned.labels},
      })
      if (Object.keys(stringsAt(known.object, 'metadata', 'labels')).length === 0)
        delete (known.object.metadata as Obj).labels
      continue
    }
    if (known && nameOf(known.object) === spec.name)
      throw new Error(`id resid.ResId{Kind:"${kind}", Name:"${spec.name}"} exists; behavior must be merge or replace`)
    const item = newItem(object)
    item.needsHash = cleaned.disableNameSuffixHash !== true
    items.push(item)
  }
}
