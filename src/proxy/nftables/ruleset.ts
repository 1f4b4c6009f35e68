// A whole nftables table as a value: built anew from what is desired, compared with the last one (diff.ts), never patched.

export type Family = 'ip' | 'ip6'

export interface Chain {
  /** Where the kernel calls it: `type nat hook output priority dstnat;`. Absent: other chains do. */
  readonly hook: string | undefined
  readonly rules: readonly string[]
}

export interface NamedSet {
  readonly kind: 'set' | 'map'
  /** Type, size, flags. Never changes under the same name. */
  readonly spec: string
  /** To its value in a map, to nothing in a set. */
  readonly elements: ReadonlyMap<string, string>
}

export interface Table {
  readonly family: Family
  readonly name: string
  readonly chains: ReadonlyMap<string, Chain>
  readonly sets: ReadonlyMap<string, NamedSet>
}

interface GrowingSet extends NamedSet {
  readonly elements: Map<string, string>
}

export class TableBuilder implements Table {
  readonly family: Family
  readonly name: string
  readonly chains = new Map<string, Chain>()
  readonly sets = new Map<string, GrowingSet>()

  constructor(family: Family, name: string) {
    this.family = family
    this.name = name
  }

  /** What addresses are called in sets of this family. */
  get addressType(): string {
    return this.family === 'ip' ? 'ipv4_addr' : 'ipv6_addr'
  }

  hook(name: string, hook: string, rules: readonly string[]): void {
    this.chains.set(name, {hook: `type ${hook}; policy accept;`, rules: [...rules]})
  }

  /** A chain of that name may exist: then this changes nothing. */
  chain(name: string, rules: readonly string[]): void {
    if (!this.chains.has(name)) this.chains.set(name, {hook: undefined, rules: [...rules]})
  }

  /** Everything of `part` too; chains are shared, so that the next comparison sees at once that they are the same. */
  include(part: Table): void {
    for (const [name, chain] of part.chains) if (!this.chains.has(name)) this.chains.set(name, chain)
    for (const [name, {kind, spec, elements}] of part.sets) {
      if (!this.sets.has(name)) this.sets.set(name, {kind, spec, elements: new Map()})
      const own = this.sets.get(name)?.elements
      for (const [key, value] of elements) if (own && !own.has(key)) own.set(key, value)
    }
  }

  set(name: string, spec: string, elements: Iterable<string> = []): void {
    if (!this.sets.has(name)) this.sets.set(name, {kind: 'set', spec, elements: new Map()})
    for (const element of elements) this.add(name, element)
  }

  map(name: string, spec: string): void {
    if (!this.sets.has(name)) this.sets.set(name, {kind: 'map', spec, elements: new Map()})
  }

  /** The first to claim a key keeps it. */
  add(name: string, key: string, value = ''): void {
    const elements = this.sets.get(name)?.elements
    if (!elements) throw new Error(`no set ${name}`)
    if (!elements.has(key)) elements.set(key, value)
  }
}

/** Characters that nft takes in a name; long ones are the caller's to shorten. */
export const safeName = (text: string): string => text.replaceAll(/[^A-Za-z0-9/._-]/g, '.')
