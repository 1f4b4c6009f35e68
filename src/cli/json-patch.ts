// RFC 6902 on a value of our own: for --local and kustomize.
import {deepEqual} from '../api/meta/equal.ts'
import {isMap, type Obj, textAt} from './objects.ts'

const tokensOf = (path: string): string[] => {
  if (path === '') return []
  if (!path.startsWith('/')) throw new Error(`invalid JSON pointer ${JSON.stringify(path)}`)
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const child = (value: unknown, token: string, path: string): unknown => {
  const found = Array.isArray(value)
    ? value[Number(token)]
    : isMap(value) && Object.hasOwn(value, token)
      ? value[token]
      : undefined
  if (found === undefined)
    throw new Error(`error in remove for path: '${path}': Unable to remove nonexistent key: ${token}: missing value`)
  return found
}

const parentOf = (root: unknown, path: string): {parent: unknown; last: string} => {
  const tokens = tokensOf(path)
  const last = tokens.pop() ?? ''
  return {parent: tokens.reduce((value, token) => child(value, token, path), root), last}
}

const read = (root: unknown, path: string): unknown =>
  tokensOf(path).reduce((value, token) => child(value, token, path), root)

const add = (root: unknown, path: string, value: unknown): unknown => {
  if (path === '') return value
  const {parent, last} = parentOf(root, path)
  if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, value)
  else if (isMap(parent))
    Object.defineProperty(parent, last, {value, enumerable: true, configurable: true, writable: true})
  return root
}

const remove = (root: unknown, path: string): unknown => {
  const {parent, last} = parentOf(root, path)
  child(parent, last, path)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (isMap(parent)) delete parent[last]
  return root
}

const step = (root: unknown, operation: Obj): unknown => {
  const path = textAt(operation, 'path')
  switch (operation.op) {
    case 'add':
      return add(root, path, operation.value)
    case 'remove':
      return remove(root, path)
    case 'replace':
      read(root, path)
      return path === '' ? operation.value : add(remove(root, path), path, operation.value)
    case 'move': {
      const from = textAt(operation, 'from')
      const value = read(root, from)
      return add(remove(root, from), path, value)
    }
    case 'copy':
      return add(root, path, structuredClone(read(root, textAt(operation, 'from'))))
    case 'test':
      if (!deepEqual(read(root, path), operation.value)) throw new Error(`testing value ${path} failed: test failed`)
      return root
    default:
      throw new Error(`unexpected kind: ${String(operation.op)}`)
  }
}

export const applyJsonPatch = (root: unknown, patch: unknown): unknown => {
  if (!Array.isArray(patch)) throw new Error('cannot unmarshal object into Go value of type jsonpatch.Patch')
  return patch.reduce((value: unknown, operation: Obj) => step(value, operation), root)
}
