// HorizontalPodAutoscalers: every fifteen seconds, while there are any, metrics decide how many replicas their target has.

import {ApiError, errorFromStatus} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import {pathOf} from '../../api/resource.ts'
import {horizontalPodAutoscalers, pods} from '../../api/resources.ts'
import type {
  Scale,
  Status,
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerCondition,
  V2HorizontalPodAutoscalerStatus,
  V2MetricStatus,
} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {jsonOf} from '../discovery/discover.ts'
import {resourceOf} from '../discovery/find.ts'
import {messageOf} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {limit, type Memory, noMemory, rememberChange} from './behaviour.ts'
import {MetricError, type Proposal, propose, type Target} from './propose.ts'
import {DEFAULT_TOLERANCE} from './replicas.ts'
import {parseSelector} from './selector.ts'

type Autoscaler = Cached<V2HorizontalPodAutoscaler>

const PERIOD_MS = 15_000
const again: Result = {requeueAfterMs: PERIOD_MS}

const memories = new WeakMap<AbortSignal, Map<string, Memory>>()

export const horizontalPodAutoscalerController: ControllerSpec = {
  name: 'horizontal-pod-autoscaler-controller',
  identity: 'horizontal-pod-autoscaler',
  watches: [
    watching({
      resource: horizontalPodAutoscalers,
      toKeys: ({type, object, previous}, {signal}) => {
        const key = `${object.metadata.namespace}/${object.metadata.name}`
        if (type === 'deleted') memories.get(signal)?.delete(key)
        return type === 'deleted' || (previous && isSame(object.spec, previous.spec)) ? [] : [key]
      },
    }),
    watching({resource: pods, toKeys: () => []}),
  ],
  start: ({signal}) => {
    memories.set(signal, new Map())
  },
  reconcile: async (key, context) => {
    const autoscaler = context.cache(horizontalPodAutoscalers).getByKey(key)
    const all = memories.get(context.signal)
    if (!autoscaler || !all) return undefined
    const memory = all.get(key) ?? noMemory()
    all.set(key, memory)
    return new Turn(autoscaler, memory, context).run()
  },
}

interface Aim {
  readonly replicas: number
  readonly reason: string
}

/** One look at one autoscaler; conditions are gathered on the way and written once at the end. */
class Turn {
  readonly #autoscaler: Autoscaler
  readonly #memory: Memory
  readonly #context: ReconcileContext
  #conditions: V2HorizontalPodAutoscalerCondition[]
  #metrics: V2MetricStatus[] | undefined

  constructor(autoscaler: Autoscaler, memory: Memory, context: ReconcileContext) {
    this.#autoscaler = autoscaler
    this.#memory = memory
    this.#context = context
    this.#conditions = [...(sendable(autoscaler).status?.conditions ?? [])]
    this.#metrics = sendable(autoscaler).status?.currentMetrics
  }

  async run(): Promise<Result> {
    const target = await this.#getScale()
    if (!target) return again
    const {scale, url} = target
    const current = scale.spec?.replicas ?? 0
    this.#note(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    )
    if (this.#memory.recommendations.length === 0)
      this.#memory.recommendations = [{atMs: this.#context.clock.now(), replicas: current}]
    const aim = await this.#decide(scale, current)
    if (!aim) {
      await this.#write(current, this.#autoscaler.status?.desiredReplicas ?? 0)
      return again
    }
    if (aim.replicas === current) await this.#write(current, aim.replicas)
    else await this.#rescale(scale, url, aim)
    return again
  }

  async #getScale(): Promise<{readonly scale: Scale; readonly url: string} | undefined> {
    const {client, events, signal} = this.#context
    const {namespace} = this.#autoscaler.metadata
    const reference = this.#autoscaler.spec?.scaleTargetRef ?? {kind: '', name: ''}
    try {
      const resource = await resourceOf(reference, this.#context)
      if (!resource)
        throw new ApiError(
          'NotFound',
          `no matches for kind "${reference.kind}" in group "${(reference.apiVersion ?? '').split('/')[0]}"`,
        )
      const url = pathOf(resource, {namespace, name: reference.name, subresource: 'scale'})
      const response = await client.raw({method: 'GET', url, headers: {}, signal})
      const answer = await jsonOf(response)
      if (response.status >= 400) throw errorFromStatus(answer as Status)
      return {scale: answer as Scale, url}
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      events.record(this.#autoscaler, 'Warning', 'FailedGetScale', error.message)
      const message = `the HPA controller was unable to get the target's current scale: ${error.message}`
      this.#note('AbleToScale', 'False', 'FailedGetScale', message)
      const {currentReplicas = 0, desiredReplicas = 0} = this.#autoscaler.status ?? {}
      await this.#write(currentReplicas, desiredReplicas)
      return undefined
    }
  }

  /** Undefined when the metrics do not say. */
  async #decide(scale: Scale, current: number): Promise<Aim | undefined> {
    const {minReplicas: min = 1, maxReplicas: max = 0} = this.#autoscaler.spec ?? {}
    if (current === 0 && min !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero'
      this.#note('ScalingActive', 'False', 'ScalingDisabled', message)
      return {replicas: 0, reason: ''}
    }
    if (current > max) return {replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas'}
    if (current < min) return {replicas: min, reason: 'Current number of replicas below Spec.MinReplicas'}
    const proposal = await this.#proposeAll(scale)
    if (!proposal) return undefined
    const desired = proposal.replicas
    const limited = limit(
      this.#autoscaler,
      {current, desired, min, max, nowMs: this.#context.clock.now()},
      this.#memory,
    )
    for (const {type, status, reason, message} of limited.conditions) this.#note(type, status, reason, message)
    const reason = desired > current ? `${proposal.name} above target` : 'All metrics below target'
    return {replicas: limited.replicas, reason: limited.replicas === current ? '' : reason}
  }

  /** The metric that asks for most decides; one that cannot be read may not make the target shrink. */
  async #proposeAll(scale: Scale): Promise<Proposal | undefined> {
    const target = this.#target(scale)
    if (!target) return undefined
    const specs = this.#autoscaler.spec?.metrics ?? []
    const statuses: V2MetricStatus[] = []
    let best: Proposal | undefined
    let firstError: MetricError | undefined
    let invalid = 0
    for (const spec of specs)
      try {
        const proposal = await propose(spec, target, this.#context)
        statuses.push(proposal.status)
        if (!best || proposal.replicas > best.replicas) best = proposal
      } catch (error) {
        if (!(error instanceof MetricError) || this.#context.signal.aborted) throw error
        this.#context.events.record(this.#autoscaler, 'Warning', error.reason, error.message)
        statuses.push({type: ''})
        firstError ??= error
        invalid += 1
      }
    this.#metrics = statuses
    if (firstError && (!best || best.replicas < target.specReplicas)) {
      const message = `the HPA was unable to compute the replica count: ${firstError.message}`
      this.#note('ScalingActive', 'False', firstError.reason, message)
      const summary = `invalid metrics (${invalid} invalid out of ${specs.length}), first error is: ${firstError.message}`
      this.#context.events.record(this.#autoscaler, 'Warning', 'FailedComputeMetricsReplicas', summary)
      return undefined
    }
    if (!best) return undefined
    const message = `the HPA was able to successfully calculate a replica count from ${best.name}`
    this.#note('ScalingActive', 'True', 'ValidMetricFound', message)
    return best
  }

  #target({spec, status}: Scale): Target | undefined {
    const {namespace = ''} = this.#autoscaler.metadata
    const selector = status?.selector
    if (!selector) {
      this.#context.events.record(this.#autoscaler, 'Warning', 'SelectorRequired', 'selector is required')
      this.#note('ScalingActive', 'False', 'InvalidSelector', "the HPA target's scale is missing a selector")
      return undefined
    }
    const matches = parseSelector(selector)
    const {behavior} = this.#autoscaler.spec ?? {}
    const toleranceOf = (text: string | number | undefined): number =>
      text === undefined ? DEFAULT_TOLERANCE : parseTolerance(text)
    return {
      namespace,
      selector,
      pods: this.#context
        .cache(pods)
        .list(namespace)
        .filter(({metadata}) => matches(metadata.labels)),
      specReplicas: spec?.replicas ?? 0,
      statusReplicas: status.replicas,
      tolerances: {up: toleranceOf(behavior?.scaleUp?.tolerance), down: toleranceOf(behavior?.scaleDown?.tolerance)},
    }
  }

  async #rescale(scale: Scale, url: string, {replicas, reason}: Aim): Promise<void> {
    const {client, events, signal, clock} = this.#context
    const current = scale.spec?.replicas ?? 0
    const body = {...scale, spec: {...scale.spec, replicas}}
    const headers = {'content-type': 'application/json'}
    const response = await client.raw({method: 'PUT', url, headers, body, signal})
    if (response.status >= 400) {
      const error = errorFromStatus((await jsonOf(response)) as Status)
      const words = `New size: ${replicas}; reason: ${reason}; error: ${error.message}`
      events.record(this.#autoscaler, 'Warning', 'FailedRescale', words)
      const message = `the HPA controller was unable to update the target scale: ${error.message}`
      this.#note('AbleToScale', 'False', 'FailedUpdateScale', message)
      await this.#write(current, this.#autoscaler.status?.desiredReplicas ?? 0)
      return
    }
    const message = `the HPA controller was able to update the target scale to ${replicas}`
    this.#note('AbleToScale', 'True', 'SucceededRescale', message)
    events.record(this.#autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`)
    rememberChange(this.#memory, current, replicas, clock.now())
    await this.#write(current, replicas, timestamp(clock.now()))
  }

  #note(type: string, status: 'True' | 'False', reason: string, message: string): void {
    const current = this.#conditions.find((condition) => condition.type === type)
    const now = timestamp(this.#context.clock.now())
    const since = current?.status === status ? current.lastTransitionTime : now
    const condition = {type, status, reason, message, lastTransitionTime: since}
    this.#conditions = current
      ? this.#conditions.map((one) => (one.type === type ? condition : one))
      : [...this.#conditions, condition]
  }
  async #write(currentReplicas: number, desiredReplicas: number, scaledAt?: string): Promise<void> {
    const old = sendable(this.#autoscaler).status
    const status: V2HorizontalPodAutoscalerStatus = {
      ...(this.#autoscaler.metadata.generation === undefined
        ? {}
        : {observedGeneration: this.#autoscaler.metadata.generation}),
      lastScaleTime: scaledAt ?? old?.lastScaleTime,
      currentReplicas,
      desiredReplicas,
      currentMetrics: this.#metrics,
      conditions: this.#conditions,
    }
    try {
      await writeStatus(horizontalPodAutoscalers, this.#autoscaler, status, this.#context)
    } catch (error) {
      this.#context.events.record(this.#autoscaler, 'Warning', 'FailedUpdateStatus', messageOf(error))
      throw error
    }
  }
}

const parseTolerance = (text: string | number): number => {
  const number = Number(text)
  if (Number.isFinite(number)) return number
  return String(text).endsWith('m') ? Number.parseFloat(String(text)) / 1000 : DEFAULT_TOLERANCE
}
