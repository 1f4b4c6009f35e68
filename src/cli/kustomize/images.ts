// images: other names, tags and digests, wherever containers stand.
import {isMap} from '../objects.ts'
import type {Item} from './item.ts'
import type {ImageSpec} from './kustomization.ts'

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

export const changeImages = (items: readonly Item[], specs: readonly ImageSpec[]): void => {
  if (specs.length === 0) return
  for (const {object} of items) if (object.kind !== 'CustomResourceDefinition') visit(object, specs)
}
