// JSON patch (RFC 6902). Returns a new document along the changed paths. A patch that does not apply is one kind of
// error; the server tells clients no more about it.
import {deepEqual} from '../meta/equal.ts'
import {getOwn, isObject, setOwn} from '../schema/own.ts'

export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError'
}

interface Operation {
  readonly op: unknown
  readonly path: string
  readonly from?: unknown
  readonly value?: unknown
}

const fail = (message: string): never => {
  throw new JsonPatchError(message)
}

const tokensOf = (pointer: unknown): string[] => {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) return fail(`bad path: ${String(pointer)}`)
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const indexIn = (token: string, limit: number): number => {
  const index = /^-?\d+$/.test(token) ? Number(token) : fail(`bad index: ${token}`)
  const fromStart = index < 0 ? index + limit : index
  return fromStart >= 0 && fromStart < limit ? fromStart : fail(`index out of bounds: ${token}`)
}

type Change = (container: Record<string, unknown> | unknown[], token: string) => void

const sortKeys = (object: Record<string, unknown>): Record<string, unknown> => {
  const result = {}
  for (const key of Object.keys(object).sort()) setOwn(result, key, object[key])
  return result
}

/** Copies the way to the last token and changes what is there. */
const along = (node: unknown, tokens: readonly string[], change: Change): unknown => {
  const [token = '', ...rest] = tokens
  if (Array.isArray(node)) {
    const copy: unknown[] = [...node]
    if (rest.length === 0) change(copy, token)
    else {
      const index = indexIn(token, copy.length)
      copy[index] = along(copy[index], rest, change)
    }
    return copy
  }
  if (!isObject(node)) return fail('missing container')
  const copy: Record<string, unknown> = {...node}
  if (rest.length === 0) change(copy, token)
  else if (Object.hasOwn(copy, token)) setOwn(copy, token, along(copy[token], rest, change))
  else fail(`missing path: ${token}`)
  return sortKeys(copy)
}

const read = (document: unknown, tokens: readonly string[]): unknown =>
  tokens.reduce<unknown>((node, token) => {
    if (Array.isArray(node)) return node[indexIn(token, node.length)]
    return isObject(node) ? getOwn(node, token) : fail('missing container')
  }, document)

const exists = (document: unknown, tokens: readonly string[]): boolean => {
  const parent = read(document, tokens.slice(0, -1))
  const last = tokens.at(-1) ?? ''
  return isObject(parent) ? Object.hasOwn(parent, last) : read(document, tokens) !== undefined
}

const add =
  (value: unknown): Change =>
  (container, token) => {
    if (!Array.isArray(container)) setOwn(container, token, value)
    else if (token === '-') container.push(value)
    else container.splice(indexIn(token, container.length + 1), 0, value)
  }

const remove: Change = (container, token) => {
  if (Array.isArray(container)) container.splice(indexIn(token, container.length), 1)
  else if (Object.hasOwn(container, token)) delete container[token]
  else fail(`missing key: ${token}`)
}

const replace =
  (value: unknown): Change =>
  (container, token) => {
    if (Array.isArray(container)) container[indexIn(token, container.length)] = value
    else if (Object.hasOwn(container, token)) setOwn(container, token, value)
    else fail(`missing key: ${token}`)
  }

const step = (document: unknown, operation: Operation): unknown => {
  const path = tokensOf(operation.path)
  switch (operation.op) {
    case 'add':
      return along(document, path, add(operation.value))
    case 'remove':
      return along(document, path, remove)
    case 'replace':
      return along(document, path, replace(operation.value))
    case 'test': {
      const found = read(document, path) ?? null
      return deepEqual(found, operation.value ?? null) ? document : fail('test failed')
    }
    case 'move':
    case 'copy': {
      const from = tokensOf(operation.from)
      if (!exists(document, from)) fail('missing source')
      const value = read(document, from)
      return along(operation.op === 'move' ? along(document, from, remove) : document, path, add(value))
    }
    default:
      return fail(`unexpected operation: ${String(operation.op)}`)
  }
}

export const applyJsonPatch = (document: unknown, operations: readonly object[]): unknown =>
  (operations as readonly Operation[]).reduce<unknown>(step, document)
