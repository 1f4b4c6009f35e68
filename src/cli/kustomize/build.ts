// kustomize: a folder with a kustomization as a list of objects.
import {spawnSync} from 'node:child_process'
import {existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, relative, resolve} from 'node:path'
import {contentHash} from '../content-hash.ts'
import {documentsIn} from '../input/documents.ts'
import type {Io} from '../io.ts'
import {isMap, nameOf, type Obj, stringsAt} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {type GeneratorSpec, generate} from './generate.ts'
import {inOrder} from './order.ts'
import {fixReferences} from './references.ts'
import {applyReplacements, type Replacement} from './replacements.ts'
import {type Item, newItem, rename, type Target} from './resource.ts'
import {
  addAffixes,
  addAnnotations,
  addLabels,
  changeImages,
  patchByTarget,
  setNamespace,
  setReplicas,
} from './transform.ts'

interface Patch {
  readonly path?: string
  readonly patch?: string
  readonly target?: Target
}
interface Kustomization {
  readonly kind?: string
  readonly resources?: readonly string[]
  readonly bases?: readonly string[]
  readonly components?: readonly string[]
  readonly namePrefix?: string
  readonly nameSuffix?: string
  readonly namespace?: string
  readonly commonLabels?: Obj
  readonly labels?: readonly {
    readonly pairs?: Obj
    readonly includeSelectors?: boolean
    readonly includeTemplates?: boolean
  }[]
  readonly commonAnnotations?: Obj
  readonly images?: readonly {readonly name?: string}[]
  readonly replicas?: readonly {readonly name?: string; readonly count?: number}[]
  readonly patches?: readonly Patch[]
  readonly patchesStrategicMerge?: readonly string[]
  readonly patchesJson6902?: readonly Patch[]
  readonly configMapGenerator?: readonly GeneratorSpec[]
  readonly secretGenerator?: readonly GeneratorSpec[]
  readonly generatorOptions?: object
  readonly replacements?: readonly Replacement[]
  readonly vars?: readonly unknown[]
  readonly sortOptions?: {readonly order?: string}
}

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
const deprecated: Readonly<Record<string, string>> = {
  bases: 'resources',
  commonLabels: 'labels',
  patchesStrategicMerge: 'patches',
  patchesJson6902: 'patches',
  imageTags: 'images',
}
const DEEPEST = 100

interface Run {
  readonly io: Io
  readonly warned: Set<string>
  readonly temporary: string[]
}

const load = (folder: string, {io, warned}: Run): Kustomization => {
  const name = fileNames.find((file) => existsSync(join(folder, file)))
  if (!name)
    throw new Error(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder}'`,
    )
  const parsed = readYaml(readFileSync(join(folder, name), 'utf8'))
  if (!isMap(parsed)) throw new Error(`kustomization.yaml is empty`)
  for (const [old, now] of Object.entries(deprecated))
    if (old in parsed && !warned.has(old)) {
      warned.add(old)
      io.err(
        `# Warning: '${old}' is deprecated. Please use '${now}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
      )
    }
  const {vars} = parsed as Kustomization
  if (vars?.length) throw new Error("'vars' is not supported: use 'replacements' instead")
  return parsed as Kustomization
}

const isRemote = (path: string): boolean => /^(?:https?:\/\/|git@|ssh:\/\/|git::|github\.com\/)/.test(path)

/** `https://host/owner/repo//folder?ref=v1`: the folder of a clone. */
const clone = (address: string, run: Run): string => {
  const [location = '', query = ''] = address.replace(/^git::/, '').split('?')
  const parameters = new URLSearchParams(query)
  const ref = parameters.get('ref') ?? parameters.get('version')
  const full = location.startsWith('github.com/') ? `https://${location}` : location
  const afterScheme = full.indexOf('://') < 0 ? 0 : full.indexOf('://') + 3
  const inner = full.indexOf('//', afterScheme)
  const parts = full.slice(afterScheme).split('/')
  const [repository, folder] =
    inner >= 0
      ? [full.slice(0, inner), full.slice(inner + 2)]
      : [full.slice(0, afterScheme) + parts.slice(0, 3).join('/'), parts.slice(3).join('/')]
  const target = mkdtempSync(join(tmpdir(), 'kustomize-'))
  run.temporary.push(target)
  const {status, stderr} = spawnSync(
    'git',
    ['clone', '--depth=1', ...(ref ? ['--branch', ref] : []), '--', repository, target],
    {encoding: 'utf8'},
  )
  if (status !== 0) throw new Error(`failed to clone ${repository}: ${stderr.trim()}`)
  return resolve(target, folder)
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

const missing = (name: string, full: string): Error =>
  new Error(
    `accumulating resources: accumulation err='accumulating resources from '${name}': open ${full}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`,
  )

const insideOf = (root: string, file: string): string => {
  const real = realpathSync(file)
  if (relative(realpathSync(root), real).startsWith('..'))
    throw new Error(`security; file '${real}' is not in or below '${root}'`)
  return readFileSync(real, 'utf8')
}

const accumulate = async (name: string, root: string, run: Run, depth: number): Promise<Item[]> => {
  if (isRemote(name)) {
    if (/\.ya?ml(\?|$)/.test(name)) {
      const text = await (await fetch(name)).text()
      return objectsIn(text, name)
    }
    return buildFolder(clone(name, run), run, depth + 1)
  }
  const full = resolve(root, name)
  if (!existsSync(full)) throw missing(name, full)
  return isFolder(full) ? buildFolder(full, run, depth + 1) : objectsIn(insideOf(root, full), name)
}

const objectsIn = (text: string, name: string): Item[] =>
  documentsIn({name, text}).map((document) => {
    if (document instanceof Error) throw document
    return newItem(document.object)
  })

const patchTexts = (root: string, {path, patch}: Patch): unknown[] => {
  const text = patch ?? insideOf(root, resolve(root, path ?? ''))
  const value = /^\s*\[/.test(text) || /^\s*-\s/.test(text) ? [readYaml(text)] : text.split(/^---\s*$/m).map(readYaml)
  return value.filter((one) => one !== null)
}

const transform = async (own: Kustomization, items: Item[], root: string, run: Run, depth: number): Promise<Item[]> => {
  generate(items, 'ConfigMap', own.configMapGenerator ?? [], own.generatorOptions ?? {}, root)
  generate(items, 'Secret', own.secretGenerator ?? [], own.generatorOptions ?? {}, root)
  let all = items
  for (const name of own.components ?? []) all = await component(resolve(root, name), all, run, depth)
  for (const source of own.patchesStrategicMerge ?? [])
    for (const patch of patchTexts(root, existsSync(resolve(root, source)) ? {path: source} : {patch: source}))
      patchByTarget(all, patch, undefined, source)
  for (const patch of own.patches ?? [])
    for (const value of patchTexts(root, patch))
      patchByTarget(all, value, patch.target, patch.path ?? patch.patch ?? '')
  setNamespace(all, own.namespace ?? '')
  addAffixes(all, own.namePrefix ?? '', own.nameSuffix ?? '')
  addLabels(all, own.commonLabels ?? {}, {selectors: true, templates: true})
  for (const {pairs = {}, includeSelectors = false, includeTemplates = false} of own.labels ?? [])
    addLabels(all, pairs, {selectors: includeSelectors, templates: includeTemplates})
  addAnnotations(all, own.commonAnnotations ?? {})
  for (const patch of own.patchesJson6902 ?? [])
    for (const value of patchTexts(root, patch)) patchByTarget(all, value, patch.target, patch.path ?? '')
  setReplicas(all, own.replicas ?? [])
  changeImages(all, own.images ?? [])
  applyReplacements(all, own.replacements ?? [], root)
  return all
}

const component = async (folder: string, items: Item[], run: Run, depth: number): Promise<Item[]> => {
  const own = load(folder, run)
  if (own.kind !== 'Component')
    throw new Error(
      `accumulating components: expected kind 'Component' for path '${folder}' but got '${own.kind ?? 'Kustomization'}'`,
    )
  const more: Item[] = []
  for (const name of own.resources ?? []) more.push(...(await accumulate(name, folder, run, depth)))
  return transform(own, [...items, ...more], folder, run, depth)
}

const buildFolder = async (folder: string, run: Run, depth: number): Promise<Item[]> => {
  if (depth > DEEPEST) throw new Error(`cycle detected: candidate root '${folder}'`)
  const own = load(folder, run)
  const items: Item[] = []
  for (const name of [...(own.resources ?? []), ...(own.bases ?? [])])
    items.push(...(await accumulate(name, folder, run, depth)))
  checkUnique(items)
  return transform(own, items, folder, run, depth)
}

const checkUnique = (items: readonly Item[]): void => {
  const seen = new Set<string>()
  for (const {object} of items) {
    const id = [object.apiVersion, object.kind, stringsAt(object, 'metadata').namespace ?? '', nameOf(object)].join('|')
    if (seen.has(id))
      throw new Error(
        `accumulating resources: may not add resource with an already registered id: ${String(object.kind)}.${String(object.apiVersion).split('/').toReversed().join('.')}/${nameOf(object)}.[noNs]`,
      )
    seen.add(id)
  }
}

export const buildKustomization = async (path: string, io: Io): Promise<Obj[]> => {
  const run: Run = {io, warned: new Set(), temporary: []}
  try {
    const folder = isRemote(path) ? clone(path, run) : resolve(io.cwd, path)
    if (!existsSync(folder))
      throw new Error(
        `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${folder}: no such file or directory`,
      )
    if (!isFolder(folder))
      throw new Error(`must build at directory: not a valid directory: '${path}' is a file, and not a directory`)
    const items = await buildFolder(realpathSync(folder), run, 0)
    for (const item of items)
      if (item.needsHash) rename(item, `${nameOf(item.object)}-${contentHash({...item.object, metadata: {}})}`)
    fixReferences(items)
    const top = load(realpathSync(folder), {...run, io: {...io, err: () => undefined}})
    return (top.sortOptions?.order === 'fifo' ? items : inOrder(items)).map(({object}) => object)
  } finally {
    for (const folder of run.temporary) rmSync(folder, {recursive: true, force: true})
  }
}
