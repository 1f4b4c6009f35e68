// External addresses that are nobody's here: to listen on one, it is made this machine's for as long as a service has it.
import {execFile} from 'node:child_process'
import {networkInterfaces} from 'node:os'
import {promisify} from 'node:util'
import {cidrContains, parseCidr} from '../../api/meta/ip.ts'
import type {Logger} from '../../lib/logger.ts'

const run = promisify(execFile)

/** Marks addresses of one profile, so that those of a run that was killed can be told apart. */
const labelOf = (owner: string): string => `lo:${owner.replace('mini-', 'm')}`

const isOurs = (address: string): boolean =>
  Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address))

const isV6 = (address: string): boolean => address.includes(':')

export class AddressClaims {
  readonly #owner: string
  readonly #logger: Logger
  /** Already local, all of them. */
  readonly #localRanges: readonly string[]
  /** How many ways in use an address that we made local. */
  readonly #uses = new Map<string, number>()

  constructor({localRanges, logger, owner}: {owner: string; localRanges: readonly string[]; logger: Logger}) {
    this.#owner = owner
    this.#logger = logger
    this.#localRanges = localRanges
  }

  async claim(address: string): Promise<void> {
    const uses = this.#uses.get(address)
    if (uses === undefined && (isOurs(address) || this.#isInRange(address))) return
    if (uses === undefined) {
      const label = isV6(address) ? [] : ['label', labelOf(this.#owner)]
      await run('ip', ['address', 'replace', `${address}/${isV6(address) ? 128 : 32}`, 'dev', 'lo', ...label])
    }
    this.#uses.set(address, (uses ?? 0) + 1)
  }

  async release(address: string): Promise<void> {
    const uses = this.#uses.get(address)
    if (uses === undefined) return
    if (uses > 1) {
      this.#uses.set(address, uses - 1)
      return
    }
    this.#uses.delete(address)
    await run('ip', ['address', 'delete', `${address}/${isV6(address) ? 128 : 32}`, 'dev', 'lo']).catch((error) =>
      this.#logger.warn('an external address is still local', {address, error}),
    )
  }

  #isInRange(address: string): boolean {
    return this.#localRanges.some((range) => {
      const cidr = parseCidr(range)
      return cidr !== undefined && cidrContains(cidr, address)
    })
  }
}

/** Those of a run that was killed. */
export const releaseAddresses = async (owner: string): Promise<void> => {
  await run('ip', ['address', 'flush', 'dev', 'lo', 'label', labelOf(owner)]).catch(() => undefined)
}
