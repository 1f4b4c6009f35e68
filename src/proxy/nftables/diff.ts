// From one table to the next as one transaction for `nft -f -`: the kernel takes all of it or nothing.
import type {Chain, NamedSet, Table} from './ruleset.ts'

/** nft reads a line at a time; longer ones only cost memory. */
const ELEMENTS_A_LINE = 2000

const isSameChain = (a: Chain, b: Chain): boolean =>
  a === b || (a.rules.length === b.rules.length && a.rules.every((rule, at) => rule === b.rules[at]))

class Script {
  readonly #at: string
  readonly lines: string[] = []

  constructor({family, name}: Table) {
    this.#at = `${family} ${name}`
  }

  say(verb: string, rest: string): void {
    const [what = '', ...more] = rest.split(' ')
    this.lines.push(`${verb} ${what} ${this.#at}${more.length > 0 ? ` ${more.join(' ')}` : ''}`)
  }

  declareSet(name: string, {kind, spec}: NamedSet): void {
    this.say('add', `${kind} ${name} { ${spec} }`)
  }

  declareChain(name: string, {hook}: Chain): void {
    this.say('add', hook ? `chain ${name} { ${hook} }` : `chain ${name}`)
  }

  fill(name: string, {rules}: Chain): void {
    for (const rule of rules) this.say('add', `rule ${name} ${rule}`)
  }

  elements(verb: 'add' | 'delete', name: string, elements: readonly string[]): void {
    for (let at = 0; at < elements.length; at += ELEMENTS_A_LINE)
      this.say(verb, `element ${name} { ${elements.slice(at, at + ELEMENTS_A_LINE).join(', ')} }`)
  }
}

const nothing: NamedSet['elements'] = new Map()

// Thousands of elements, of which one differs: nothing is built for the others.

const goneElements = (before: NamedSet['elements'], after: NamedSet['elements']): string[] => {
  const gone: string[] = []
  for (const [key, value] of before) if (after.get(key) !== value) gone.push(key)
  return gone
}

const newElements = (before: NamedSet['elements'], after: NamedSet['elements']): string[] => {
  const added: string[] = []
  for (const [key, value] of after) if (before.get(key) !== value) added.push(value === '' ? key : `${key} : ${value}`)
  return added
}

/** Also removes whatever was there under the table's name. */
export const removal = ({family, name}: Pick<Table, 'family' | 'name'>): string =>
  `add table ${family} ${name}\ndelete table ${family} ${name}\n`

/** Every name before its first use; nothing is deleted while it is used. Empty when nothing differs. */
export const difference = (before: Table | undefined, after: Table): string => {
  const script = new Script(after)
  const {lines} = script
  const known = {chains: before?.chains ?? new Map<string, Chain>(), sets: before?.sets ?? new Map<string, NamedSet>()}

  // 1. New names.
  for (const [name, set] of after.sets) if (!known.sets.has(name)) script.declareSet(name, set)
  for (const [name, chain] of after.chains) if (!known.chains.has(name)) script.declareChain(name, chain)

  // 2. Old uses.
  const changed = [...after.chains].filter(([name, chain]) => {
    const old = known.chains.get(name)
    return !old || !isSameChain(old, chain)
  })
  for (const [name] of changed) if (known.chains.has(name)) script.say('flush', `chain ${name}`)
  const goneChains = [...known.chains.keys()].filter((name) => !after.chains.has(name))
  for (const name of goneChains) script.say('flush', `chain ${name}`)
  for (const [name, {elements}] of known.sets) {
    const next = after.sets.get(name)?.elements
    if (next) script.elements('delete', name, goneElements(elements, next))
    else if (elements.size > 0) script.say('flush', `${known.sets.get(name)?.kind} ${name}`)
  }

  // 3. New uses.
  for (const [name, chain] of changed) script.fill(name, chain)
  for (const [name, {elements}] of after.sets)
    script.elements('add', name, newElements(known.sets.get(name)?.elements ?? nothing, elements))

  // 4. Old names.
  for (const name of goneChains) script.say('delete', `chain ${name}`)
  for (const [name, {kind}] of known.sets) if (!after.sets.has(name)) script.say('delete', `${kind} ${name}`)

  if (before) return lines.length > 0 ? `${lines.join('\n')}\n` : ''
  return `${removal(after)}add table ${after.family} ${after.name}\n${lines.join('\n')}\n`
}
