// Services without the kernel's help: this process listens on every address of theirs and passes on what comes.
import type {Timer} from '../../lib/clock.ts'
import type {ProxyOptions} from '../contract.ts'
import {machineAddresses} from '../machine.ts'
import type {Places} from '../places.ts'
import {PolicyJudge} from '../policies/judge.ts'
import type {ResolvedPolicy} from '../policies/model.ts'
import type {PortsChange} from '../ports-and-places.ts'
import {AddressClaims, releaseAddresses} from './address-claims.ts'
import type {Neighbourhood} from './doorman.ts'
import {Entrances} from './entrances.ts'
import {neighbourhood} from './neighbourhood.ts'

/** Bridges come with the first pod, and machines move between networks. */
const LOOK_MS = 10_000

const nowhere: Places = {place: {nodeName: ''}, ofNode: new Map()}

export class UserspaceServices implements AsyncDisposable {
  readonly #options: ProxyOptions
  readonly #entrances: Entrances
  #places = nowhere
  #judge = new PolicyJudge([])
  #addresses: readonly string[] = machineAddresses()
  #around: Neighbourhood
  #look: Timer | undefined

  constructor(options: ProxyOptions) {
    this.#options = options
    const {logger, network, tableName} = options
    const localRanges = [...network.serviceRanges, ...network.balancerRanges]
    this.#around = this.#lookAround()
    this.#entrances = new Entrances({
      ...options,
      around: () => this.#around,
      nodeAddresses: () => this.#addresses,
      claims: new AddressClaims({owner: tableName, localRanges, logger}),
    })
    this.#lookLater()
  }

  setServices({all, changed}: PortsChange, places: Places): void {
    const {logger} = this.#options
    this.#places = places
    this.#around = this.#lookAround()
    for (const key of changed)
      this.#entrances.set(key, all.get(key)).catch((error) => logger.error('service port failed', {key, error}))
  }

  setPolicies(policies: readonly ResolvedPolicy[]): void {
    this.#judge = new PolicyJudge(policies)
    this.#around = this.#lookAround()
    this.#entrances.rejudge()
  }

  /** Settles when every way that was set is open. */
  settled(): Promise<void> {
    return this.#entrances.settled()
  }

  #lookAround(): Neighbourhood {
    const {balancerRanges, podRanges, serviceRanges} = this.#options.network
    return neighbourhood({
      places: this.#places,
      podRanges,
      machineAddresses: this.#addresses,
      localRanges: [...serviceRanges, ...balancerRanges],
      judge: this.#judge,
    })
  }

  #lookLater(): void {
    const {clock, logger} = this.#options
    this.#look = clock.after(LOOK_MS, () => {
      this.#lookLater()
      const now = machineAddresses()
      if (String(now) === String(this.#addresses)) return
      this.#addresses = now
      this.#around = this.#lookAround()
      this.#entrances.reopen().catch((error) => logger.error('node ports not opened on new addresses', {error}))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#look?.cancel()
    await this.#entrances[Symbol.asyncDispose]()
    await releaseAddresses(this.#options.tableName)
  }
}
