// Sets of field paths, in the form they are written in managedFields (FieldsV1): a tree whose keys are path elements
// (`f:name`, `k:{"name":"c"}`, `v:"x"`). A node without children is a member; one with children is a member only if it
// also holds '.'. Sets are never changed in place: they are shared with stored objects.

export interface FieldSet {
  readonly [element: string]: FieldSet
}

export const emptySet: FieldSet = Object.freeze({})

type Node = Record<string, FieldSet>

const hasKeys = (set: FieldSet): boolean => {
  for (const _ in set) return true
  return false
}
export const isEmptySet = (set: FieldSet): boolean => !hasKeys(set)

/** Whether this node itself, not only something below it, is in the set. */
export const isMember = (node: FieldSet): boolean => node['.'] !== undefined || !hasKeys(node)

/** A node from its parts, or undefined when it would be nothing. */
const assemble = (children: Node, member: boolean): FieldSet | undefined => {
  if (!hasKeys(children)) return member ? emptySet : undefined
  return member ? {'.': emptySet, ...children} : children
}

const unionNodes = (a: FieldSet, b: FieldSet): FieldSet => {
  if (a === b) return a
  const children: Node = {}
  for (const key in a) {
    const mine = a[key]
    const other = b[key]
    if (key !== '.' && mine) children[key] = other ? unionNodes(mine, other) : mine
  }
  for (const key in b) {
    const other = b[key]
    if (key !== '.' && other && !a[key]) children[key] = other
  }
  return assemble(children, isMember(a) || isMember(b)) ?? emptySet
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => {
  if (isEmptySet(a)) return b
  if (isEmptySet(b)) return a
  const children: Node = {...a}
  for (const key in b) {
    const mine = a[key]
    const other = b[key]
    if (other) children[key] = mine ? unionNodes(mine, other) : other
  }
  return children
}

type Combine = (node: FieldSet, other: FieldSet) => FieldSet | undefined

/** What is left of `set` when `combine` decides about every element that is in both. */
const subtract = (set: FieldSet, other: FieldSet, combine: Combine): FieldSet => {
  let result: Node | undefined
  for (const key in other) {
    const mine = set[key]
    const theirs = other[key]
    if (key === '.' || !mine || !theirs) continue
    const left = combine(mine, theirs)
    if (left === mine) continue
    result ??= {...set}
    if (left) result[key] = left
    else delete result[key]
  }
  return result ?? set
}

const withoutSelf = (node: FieldSet): Node => {
  const {'.': _, ...children} = node
  return children
}

const differenceOfNodes: Combine = (node, other) => {
  const member = isMember(node)
  const left = hasKeys(node) ? subtract(node, other, differenceOfNodes) : node
  const loses = member && isMember(other)
  if (!loses && left === node) return node
  return assemble(withoutSelf(left), member && !loses)
}

/** The members of `set` that are not members of `other`. The same object when there is nothing to take away. */
export const difference = (set: FieldSet, other: FieldSet): FieldSet => subtract(set, other, differenceOfNodes)

const prunedNode: Combine = (node, other) => {
  if (isMember(other)) return undefined
  const member = isMember(node)
  const left = subtract(node, other, prunedNode)
  return left === node ? node : assemble(withoutSelf(left), member)
}

/** As `difference`, but what is below a member of `other` goes too. */
export const differenceWithChildren = (set: FieldSet, other: FieldSet): FieldSet => subtract(set, other, prunedNode)

const intersectNodes: Combine = (node, other) => {
  const children: Node = {}
  for (const key in node) {
    const mine = node[key]
    const theirs = other[key]
    if (key === '.' || !mine || !theirs) continue
    const both = intersectNodes(mine, theirs)
    if (both) children[key] = both
  }
  return assemble(children, isMember(node) && isMember(other))
}

export const intersection = (a: FieldSet, b: FieldSet): FieldSet => {
  const children: Node = {}
  for (const key in a) {
    const mine = a[key]
    const theirs = b[key]
    const both = mine && theirs && intersectNodes(mine, theirs)
    if (both) children[key] = both
  }
  return children
}

const showElement = (element: string): string => {
  const text = element.slice(2)
  if (element.startsWith('f:')) return `.${text}`
  if (element.startsWith('v:')) return `[=${text}]`
  if (element.startsWith('i:')) return `[${text}]`
  const keys = Object.entries(JSON.parse(text) as object)
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}

/** Every member as `.spec.containers[name="c"].image`. */
export const pathsOf = (set: FieldSet, prefix = ''): string[] =>
  Object.keys(set)
    .sort()
    .flatMap((key) => {
      const node = set[key]
      if (key === '.' || !node) return []
      const path = prefix + showElement(key)
      return [...(isMember(node) ? [path] : []), ...pathsOf(node, path)]
    })

/** `status`, `metadata.labels`: a set of whole fields, written shortly. */
export const setOfFields = (...paths: readonly string[]): FieldSet =>
  paths
    .map((path) => path.split('.').reduceRight<FieldSet>((child, field) => ({[`f:${field}`]: child}), emptySet))
    .reduce(union, emptySet)
