// Fields of objects by the paths kustomize's tables have: `spec/template/metadata/labels`, lists as `containers[]`.
import {isMap, type Obj} from '../objects.ts'

export type Visit = (parent: Obj, field: string) => void

const splitPath = (path: string): string[] =>
  path
    .replaceAll('\\/', '\u0000')
    .split('/')
    .map((part) => part.replaceAll('\u0000', '/'))

const walk = (value: unknown, parts: readonly string[], create: boolean, visit: Visit): void => {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, parts, create, visit)
    return
  }
  if (!isMap(value)) return
  const [written = '', ...rest] = parts
  const field = written.replace(/\[\]$/, '')
  if (rest.length === 0) {
    if (create || field in value) visit(value, field)
    return
  }
  if (value[field] === undefined || value[field] === null) {
    if (!create || written.endsWith('[]')) return
    value[field] = {}
  }
  walk(value[field], rest, create, visit)
}

export const visitPath = (object: Obj, path: string, create: boolean, visit: Visit): void =>
  walk(object, splitPath(path), create, visit)
