// Keeps the kernel's tables as they should be: each change is the difference to what was applied last, in one transaction.
// A transaction that fails means that somebody else was at the tables: then they are made anew.
import type {Logger} from '../../lib/logger.ts'
import {difference, removal} from './diff.ts'
import type {Nft} from './nft.ts'
import type {Family, Table} from './ruleset.ts'

export class Tables {
  readonly #nft: Nft
  readonly #logger: Logger
  #applied: readonly Table[] = []

  constructor(nft: Nft, logger: Logger) {
    this.#nft = nft
    this.#logger = logger
  }

  async apply(tables: readonly Table[]): Promise<void> {
    const known = (table: Table): Table | undefined => this.#applied.find(({family}) => family === table.family)
    const script = tables.map((table) => difference(known(table), table)).join('')
    if (script === '') return
    try {
      await this.#nft.apply(script)
    } catch (error) {
      if (this.#applied.length === 0) throw error
      this.#logger.warn('the nftables rules are not as we left them: writing them anew', {error})
      this.#applied = []
      await this.#nft.apply(tables.map((table) => difference(undefined, table)).join(''))
    }
    this.#applied = tables
  }

  /** Costs little; a table that is there is taken to be whole. */
  async areThere(): Promise<boolean> {
    try {
      for (const {chains, family, name} of this.#applied)
        for (const chain of [...chains.keys()].slice(0, 1))
          await this.#nft.apply(`list chain ${family} ${name} ${chain}\n`)
      return true
    } catch {
      return false
    }
  }

  /** Puts everything where it should be, whatever is there. */
  async repair(): Promise<void> {
    if (this.#applied.length > 0)
      await this.#nft.apply(this.#applied.map((table) => difference(undefined, table)).join(''))
  }
}

export const removeTables = (nft: Nft, name: string, families: readonly Family[] = ['ip', 'ip6']): Promise<void> =>
  nft.apply(families.map((family) => removal({family, name})).join(''))
