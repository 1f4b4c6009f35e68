// Gets a container's image: by policy, with the pod's secrets, later and later when it fails.
import {readFileSync} from 'node:fs'
import {secrets, serviceAccounts} from '../../api/resources.ts'
import type {ApiClient} from '../../client/contract.ts'
import {backoffMs} from '../../lib/backoff.ts'
import type {Clock} from '../../lib/clock.ts'
import type {CriClient} from '../../lib/cri/client.ts'
import type {Message} from '../../lib/cri/messages.ts'
import {hasCode} from '../../lib/node-error.ts'
import {ConfigError} from '../containers/env.ts'
import type {PodContainer, PodEphemeral, ThePod} from '../pods/types.ts'
import {credentialsFor, type Keyring, parseDockerConfig, parseDockerFile} from './credentials.ts'
import {humanDuration} from './duration.ts'

export interface PulledImage {
  readonly ref: string
  readonly uid: number | undefined
  readonly username: string
}

export type PullNews = (type: 'Normal' | 'Warning', reason: string, message: string) => void

const BACKOFF = {firstMs: 10_000, maxMs: 300_000}

interface Failure {
  count: number
  untilMs: number
  message: string
}

export interface PullerOptions {
  readonly cri: CriClient
  readonly client: ApiClient
  readonly clock: Clock
  /** As the runtime calls itself. */
  readonly runtimeName: string
  /** What `docker login` wrote on this node. */
  readonly dockerConfigFile?: string | undefined
}

export class ImagePuller {
  readonly #runtimeName: string
  readonly #cri: CriClient
  readonly #client: ApiClient
  readonly #clock: Clock
  readonly #dockerConfigFile: string | undefined
  readonly #failures = new Map<string, Failure>()

  constructor({client, clock, cri, dockerConfigFile, runtimeName}: PullerOptions) {
    this.#dockerConfigFile = dockerConfigFile
    this.#cri = cri
    this.#runtimeName = runtimeName
    this.#client = client
    this.#clock = clock
  }

  /** Rejects with ConfigError, whose reason is what the container waits for. */
  async ensure(
    pod: ThePod,
    container: PodContainer | PodEphemeral,
    tell: PullNews,
    signal: AbortSignal,
  ): Promise<PulledImage> {
    const image = container.image ?? ''
    const policy = container.imagePullPolicy ?? 'IfNotPresent'
    if (!isImageName(image)) {
      const message = `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: invalid reference format`
      tell('Warning', 'InspectFailed', message)
      throw new ConfigError(message, 'InvalidImageName')
    }
    const present = await this.#status(image, signal)
    if (present && policy !== 'Always') {
      tell('Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`)
      return present
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`
      tell('Warning', 'ErrImageNeverPull', message)
      throw new ConfigError(message, 'ErrImageNeverPull')
    }
    return this.#pull(pod, image, tell, signal)
  }

  async #status(image: string, signal: AbortSignal): Promise<PulledImage | undefined> {
    const {image: found} = await this.#cri.ImageService.ImageStatus({image: {image: normalized(image)}}, {signal})
    return found && {ref: found.id, uid: found.uid?.value, username: found.username}
  }

  async #pull(pod: ThePod, image: string, tell: PullNews, signal: AbortSignal): Promise<PulledImage> {
    const key = `${pod.metadata.uid}/${image}`
    const failure = this.#failures.get(key)
    if (failure && failure.untilMs > this.#clock.now()) {
      const message = `Back-off pulling image "${image}"`
      tell('Normal', 'BackOff', message)
      throw new ConfigError(`${message}: ErrImagePull: ${failure.message}`, 'ImagePullBackOff')
    }
    const startedMs = this.#clock.monotonic()
    tell('Normal', 'Pulling', `Pulling image "${image}"`)
    try {
      const ref = await this.#tryAll(pod, image, tell, signal)
      const pulled = await this.#status(ref, signal)
      if (!pulled) throw new Error(`image "${image}" is not there after its pull`)
      this.#failures.delete(key)
      const took = humanDuration(this.#clock.monotonic() - startedMs)
      const {image: full} = await this.#cri.ImageService.ImageStatus({image: {image: ref}}, {signal})
      tell(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${full?.size ?? 0} bytes.`,
      )
      return pulled
    } catch (error) {
      signal.throwIfAborted()
      const count = (failure?.count ?? 0) + 1
      const message = error instanceof Error ? error.message : String(error)
      this.#failures.set(key, {count, untilMs: this.#clock.now() + backoffMs(count, BACKOFF), message})
      tell('Warning', 'Failed', `Failed to pull image "${image}": ${message}`)
      throw new ConfigError(message, 'ErrImagePull')
    }
  }

  /** With the pod's secrets, then with what the node knows, else as nobody; the runtime fetches for several pods once. */
  async #tryAll(pod: ThePod, image: string, tell: PullNews, signal: AbortSignal): Promise<string> {
    const own = credentialsFor(await this.#keyring(pod, tell, signal), image)
    const auths = [...own, ...credentialsFor(this.#nodeKeyring(), image)]
    const problems: string[] = []
    for (const auth of auths.length > 0 ? auths : [undefined])
      try {
        return await this.#pullNow(image, auth, signal)
      } catch (error) {
        signal.throwIfAborted()
        problems.push(error instanceof Error ? error.message : String(error))
      }
    const [only = '', ...others] = new Set(problems)
    throw new Error(others.length > 0 ? `[${[only, ...others].join(', ')}]` : only)
  }

  /** Read each time: `docker login` may have been called since. */
  #nodeKeyring(): Keyring {
    try {
      return this.#dockerConfigFile ? parseDockerFile(readFileSync(this.#dockerConfigFile, 'utf8')) : []
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return []
      throw error
    }
  }

  async #pullNow(image: string, auth: Message<'AuthConfig'> | undefined, signal: AbortSignal): Promise<string> {
    if (normalized(image) === 'host:latest' && this.#runtimeName !== 'mini-cri')
      throw new Error(
        `the image "host" is this machine's own root, which only mini's embedded runtime has, not ${this.#runtimeName}`,
      )
    const {imageRef} = await this.#cri.ImageService.PullImage({image: {image: normalized(image)}, auth}, {signal})
    return imageRef
  }

  async #keyring(pod: ThePod, tell: PullNews, signal: AbortSignal): Promise<Keyring> {
    const {namespace} = pod.metadata
    const names = new Set((pod.spec?.imagePullSecrets ?? []).flatMap(({name}) => name ?? []))
    if (names.size === 0) {
      const account = await this.#client
        .get(serviceAccounts, {namespace, name: pod.spec?.serviceAccountName ?? 'default'}, {signal})
        .catch(() => undefined) // without one there are no secrets
      for (const {name} of account?.imagePullSecrets ?? []) if (name) names.add(name)
    }
    const keyring: Keyring = []
    const missing: string[] = []
    for (const name of names) {
      const secret = await this.#client.get(secrets, {namespace, name}, {signal}).catch(() => undefined)
      if (secret) keyring.push(...parseDockerConfig(secret))
      else missing.push(name)
    }
    if (missing.length > 0) {
      const what = `Unable to retrieve some image pull secrets (${missing.join(', ')})`
      tell('Warning', 'FailedToRetrieveImagePullSecret', `${what}; attempting to pull the image may not succeed.`)
    }
    return keyring
  }
}

const nameParts =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/|\[[0-9a-fA-F:]+\](?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/

/** A short one cannot take long to look at. */
const LONGEST_NAME = 512

const isImageName = (image: string): boolean => image.length <= LONGEST_NAME && nameParts.test(image)

/** A name without a tag or digest means `latest`. */
export const normalized = (image: string): string =>
  image.includes('@') || /:[^/]+$/.test(image) ? image : `${image}:latest`
