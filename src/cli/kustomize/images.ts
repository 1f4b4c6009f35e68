// images: other names, tags and digests, wherever containers stand.
import {isMap} from '../objects.ts'
import {gvkOf, type Item} from './item.ts'
import type {FieldSpec, ImageSpec} from './kustomization.ts'
import {visitPath} from './paths.ts'

interface Parts {
  readonly name: string
  readonly tag: string
  readonly digest: string
}

const split = (image: string): Parts => {
  const at = image.indexOf('@')
  const [plain, digest] = at < 0 ? [image, ''] : [image.slice(0, at), image.slice(at + 1)]
  const colon = plain.lastIndexOf(':')
  return colon > plain.lastIndexOf('/')
    ? {name: plain.slice(0, colon), tag: plain.slice(colon + 1), digest}
    : {name: plain, tag: '', digest}
}

const changed = (image: string, spec: ImageSpec): string => {
  const {name, tag, digest} = split(image)
  if (name !== spec.name) return image
  const newName = spec.newName || name
  if (spec.digest) return `${newName}${spec.newTag ? `:${spec.newTag}` : ''}@${spec.digest}`
  if (spec.newTag !== undefined && spec.newTag !== '') return `${newName}:${spec.newTag}${spec.tagSuffix ?? ''}`
  if (spec.tagSuffix) return `${newName}:${tag}${spec.tagSuffix}`
  return `${newName}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
}

const visit = (value: unknown, specs: readonly ImageSpec[]): void => {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, specs)
    return
  }
  if (!isMap(value)) return
  for (const [field, inner] of Object.entries(value)) {
    if ((field === 'containers' || field === 'initContainers') && Array.isArray(inner))
      for (const container of inner)
        if (isMap(container) && typeof container.image === 'string')
          container.image = specs.reduce((image, spec) => changed(image, spec), container.image)
    visit(inner, specs)
  }
}

/** Two of kustomize's rules name these places: a suffix is put there twice. */
const doublyNamed = ['', 'template/spec/'].flatMap((where) =>
  ['containers', 'initContainers'].map((list) => `spec/${where}${list}[]/image`),
)

const addSuffixAgain = ({object}: Item, specs: readonly ImageSpec[]): void => {
  for (const path of doublyNamed)
    visitPath(object, path, false, (container) => {
      for (const {name, newName, tagSuffix} of specs)
        if (tagSuffix && split(String(container.image)).name === (newName || name))
          container.image = `${container.image}${tagSuffix}`
    })
}

const changeFields = (item: Item, specs: readonly ImageSpec[], fields: readonly FieldSpec[]): void => {
  const own = gvkOf(item)
  for (const {group, version, kind, path} of fields) {
    if ((kind && kind !== own.kind) || (group && group !== own.group) || (version && version !== own.version)) continue
    visitPath(item.object, path, false, (parent, field) => {
      const image = parent[field]
      if (typeof image === 'string') parent[field] = specs.reduce((now, spec) => changed(now, spec), image)
    })
  }
}

/** `fields`: where images stand besides containers. */
export const changeImages = (
  items: readonly Item[],
  specs: readonly ImageSpec[],
  fields: readonly FieldSpec[] = [],
): void => {
  if (specs.length === 0) return
  for (const item of items) {
    if (item.object.kind === 'CustomResourceDefinition') continue
    visit(item.object, specs)
    addSuffixAgain(item, specs)
    changeFields(item, specs, fields)
  }
}
