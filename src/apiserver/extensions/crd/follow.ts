// Follows CustomResourceDefinitions: what is established is served, from the first moment of the server's life.
import {customKinds} from '../../../api/custom/kind.ts'
import {cleanupFinalizer} from '../../../api/kinds/apiextensions/strategy.ts'
import {deepEqual} from '../../../api/meta/equal.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import {customResourceDefinitions} from '../../../api/resources.ts'
import type {CustomResourceDefinition} from '../../../api/schema/types.gen.ts'
import type {StoreEvent} from '../../../store/contract.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {Backend} from '../../backend.ts'
import {prefixOf} from '../../registry/keys.ts'
import {timestamp} from '../../timestamp.ts'
import type {Listener} from '../../watch/hub.ts'
import {Cleanup} from './cleanup.ts'
import {isEstablished, nextStatus} from './conditions.ts'
import {webhookConverter} from './convert.ts'

type Crd = CustomResourceDefinition
type StoredCrd = DeepReadonly<Stored<Crd>>

const prefix = prefixOf(customResourceDefinitions)
const attempts = 10

export class DefinitionFollower {
  readonly #backend: Backend
  readonly #context: AdmissionContext
  readonly #cleanup: Cleanup
  readonly #onGroups: () => Promise<void>
  #isStarted = false
  /** What is served for a definition: the versions by its name. */
  readonly #served = new Map<string, readonly string[]>()
  readonly #crds = new Map<string, StoredCrd>()
  #isClosed = false
  readonly #listener: Listener = {
    onEvents: (events) => {
      for (const event of events) this.#event(event)
    },
    onProgress: () => {},
    onEnd: () => this.#start(),
  }

  constructor(backend: Backend, context: AdmissionContext, onGroups: () => Promise<void>) {
    this.#onGroups = onGroups
    this.#backend = backend
    this.#context = context
    this.#cleanup = new Cleanup(backend, context)
    this.#start()
  }

  close(): void {
    this.#isClosed = true
    this.#cleanup.close()
    this.#backend.hub.leave(prefix, this.#listener)
  }

  #start(): void {
    if (this.#isClosed || this.#backend.hub.isClosed) return
    const {hub} = this.#backend
    const {revision} = hub
    const crds = this.#context.list(customResourceDefinitions)
    const names = new Set(crds.map(({metadata}) => metadata.name))
    for (const name of this.#crds.keys()) if (!names.has(name)) this.#gone(name)
    for (const crd of crds) this.#serve(crd)
    if (!hub.join(prefix, revision, this.#listener)) hub.join(prefix, hub.revision, this.#listener)
    for (const crd of crds) this.#settle(crd)
    this.#isStarted = true
  }

  #groupsChanged(): void {
    if (!this.#isStarted || this.#isClosed) return
    this.#onGroups().catch((error: unknown) =>
      this.#backend.logger.error('local APIServices could not be written', {error}),
    )
  }

  #event(event: StoreEvent): void {
    const crd = this.#backend.objects.stored(event) as unknown as StoredCrd
    if (event.type === 'delete') this.#gone(crd.metadata.name)
    else {
      this.#serve(crd)
      this.#settle(crd)
    }
  }

  #serve(crd: StoredCrd): void {
    const {name} = crd.metadata
    const before = this.#crds.get(name)
    this.#crds.set(name, crd)
    const mutable = crd as unknown as Crd
    if (!isEstablished(mutable)) return
    if (before && isEstablished(before as unknown as Crd) && isSame(before, crd)) return
    const {strategy, webhook} = crd.spec.conversion ?? {}
    const isAsked = strategy === 'Webhook' && webhook !== undefined
    const kinds = customKinds(mutable, isAsked ? webhookConverter(webhook, this.#context) : undefined)
    const {kinds: table} = this.#backend
    const now = kinds.map(({resource}) => resource.version)
    for (const version of this.#served.get(name) ?? [])
      if (!now.includes(version)) table.remove(mutable.spec.group, version, mutable.spec.names.plural)
    for (const kind of kinds) table.set(kind)
    this.#served.set(name, now)
    this.#groupsChanged()
  }

  #gone(name: string): void {
    const crd = this.#crds.get(name)
    for (const version of this.#served.get(name) ?? [])
      this.#backend.kinds.remove(crd?.spec.group ?? '', version, crd?.spec.names.plural ?? '')
    this.#served.delete(name)
    this.#crds.delete(name)
    this.#groupsChanged()
    // Names it held are free now.
    for (const other of this.#crds.values()) if (other.spec.group === crd?.spec.group) this.#settle(other)
  }

  /** What the definition's status should say, written where it does not. */
  #settle(crd: StoredCrd): void {
    const {deletionTimestamp, finalizers} = crd.metadata
    if (deletionTimestamp) {
      if (finalizers?.includes(cleanupFinalizer)) this.#cleanup.begin(crd)
      return
    }
    this.#update(crd).catch((error: unknown) =>
      this.#backend.logger.error('the status of a CustomResourceDefinition could not be written', {error}),
    )
  }

  async #update(crd: StoredCrd): Promise<void> {
    for (let tried = 0; tried < attempts; tried++) {
      const current = tried === 0 ? crd : this.#context.get(customResourceDefinitions, {name: crd.metadata.name})
      if (!current || current.metadata.deletionTimestamp || this.#isClosed) return
      const others = [...this.#crds.values()].filter(
        ({metadata, spec}) => metadata.name !== crd.metadata.name && spec.group === crd.spec.group,
      ) as unknown as Crd[]
      const status = nextStatus(current as unknown as Crd, others, timestamp(this.#backend.clock.now()))
      if (deepEqual(status, current.status)) return
      // Schemas are large: nothing is copied before something changes.
      const next = {...(current as unknown as Stored<Crd>), metadata: {...current.metadata}, status} as Stored<Crd>
      if (await this.#context.replace(customResourceDefinitions, next)) return
    }
  }
}

/** Served alike: only what is served counts, not conditions. */
const isSame = (a: StoredCrd, b: StoredCrd): boolean =>
  deepEqual(a.spec, b.spec) &&
  deepEqual(a.status?.acceptedNames, b.status?.acceptedNames) &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp
