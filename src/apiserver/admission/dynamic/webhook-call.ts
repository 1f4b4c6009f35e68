// Asks one webhook about one request.
import type {Expression} from '../../../api/cel/policy-program.ts'
import {compileConditions} from '../../../api/cel/policy-program.ts'
import {ApiError, type Reason} from '../../../api/errors.ts'
import type {Kind} from '../../../api/kind.ts'
import type {DeepReadonly} from '../../../api/object.ts'
import type {MutatingWebhook, Status, ValidatingWebhook} from '../../../api/schema/types.gen.ts'
import {internalError} from '../../errors.ts'
import {postJson, type Question} from '../../extensions/post.ts'
import type {KindTable} from '../../kind-table.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'
import {forbidden} from '../refuse.ts'
import {matchingKind} from './match.ts'
import {conditionsHold, PolicyError} from './policy.ts'
import {admissionRequestOf, celVariables} from './request.ts'
import {viewAs} from './view.ts'

export type Webhook = DeepReadonly<ValidatingWebhook | MutatingWebhook>

interface Review {
  readonly kind?: string
  readonly apiVersion?: string
  readonly response?: {
    readonly uid?: string
    readonly allowed?: boolean
    readonly status?: Status
    readonly patch?: string
    readonly patchType?: string
    readonly warnings?: readonly string[]
    readonly auditAnnotations?: Readonly<Record<string, string>>
  }
}

type Response = NonNullable<Review['response']>

const usualTimeoutSeconds = 10
const compiled = new Map<string, readonly Expression[]>()
const mostCompiled = 1000

const conditionsOf = ({matchConditions = []}: Webhook): readonly Expression[] => {
  const id = JSON.stringify(matchConditions)
  let conditions = compiled.get(id)
  if (!conditions) {
    if (compiled.size >= mostCompiled) compiled.clear()
    conditions = compileConditions(matchConditions, 'matchConditions', {hasParams: false, hasAuthorizer: true})
    compiled.set(id, conditions)
  }
  return conditions
}

/** The request as the webhook wants to hear of it; undefined: it does not. */
export const concern = async (
  webhook: Webhook,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<AdmissionRequest | undefined> => {
  const kind: Kind | undefined = matchingKind(webhook, request, context, kinds)
  if (!kind) return undefined
  const view = await viewAs(request, kind)
  if (!webhook.matchConditions?.length) return view
  try {
    return conditionsHold(conditionsOf(webhook), celVariables(view, context)) ? view : undefined
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    if (webhook.failurePolicy === 'Ignore') return undefined
    throw forbidden(request, error.message)
  }
}

const denial = (name: string, status: Status | undefined): ApiError => {
  const said = `admission webhook "${name}" denied the request`
  const {code = 0, message, reason} = status ?? {}
  const text = message ? `${said}: ${message}` : reason ? `${said}: ${reason}` : `${said} without explanation`
  return new ApiError((reason ?? '') as Reason, text, {code: Math.max(code, 400), details: status?.details})
}

const typeOf = (apiVersion: string | undefined, kind: string | undefined): string =>
  `${apiVersion || '/'}, Kind=${kind ?? ''}`

const checkPatch = ({patch, patchType}: Response, mutates: boolean): void => {
  if (!mutates && patch) throw new Error('validating webhook may not return response.patch')
  if (!mutates && patchType !== undefined) throw new Error('validating webhook may not return response.patchType')
  if (patch && patchType === undefined) throw new Error('webhook returned response.patch but not response.patchType')
  if (!patch && patchType !== undefined) throw new Error('webhook returned response.patchType but not response.patch')
  if (patchType === '') throw new Error('webhook returned invalid response.patchType of ""')
}

/** The answer, if it is one to this question. Throws Error. */
const responseIn = (review: Review, asked: Review & {readonly uid: string}, mutates: boolean): Response => {
  const {response} = review
  if (!response) throw new Error('webhook response was absent')
  const isFirstVersion = asked.apiVersion?.endsWith('v1beta1')
  if (!isFirstVersion && (response.uid ?? '') !== asked.uid)
    throw new Error(`expected response.uid=${JSON.stringify(asked.uid)}, got ${JSON.stringify(response.uid ?? '')}`)
  const [wanted, said] = [typeOf(asked.apiVersion, asked.kind), typeOf(review.apiVersion, review.kind)]
  if (!isFirstVersion && wanted !== said) throw new Error(`expected webhook response of ${wanted}, got ${said}`)
  if (!isFirstVersion) checkPatch(response, mutates)
  return response
}

const post = async (question: Question): Promise<unknown> => {
  try {
    return await postJson(question)
  } catch (error) {
    throw new Error(`failed to call webhook: ${error instanceof Error ? error.message : error}`, {cause: error})
  }
}

const understood: ReadonlySet<string> = new Set(['v1', 'v1beta1'])

const ask = async (
  webhook: Webhook,
  request: AdmissionRequest,
  context: AdmissionContext,
  mutates: boolean,
): Promise<Response> => {
  const asked = admissionRequestOf(request)
  const version = webhook.admissionReviewVersions.find((candidate) => understood.has(candidate)) ?? 'v1'
  const type = {kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`}
  const timeoutSeconds = webhook.timeoutSeconds ?? usualTimeoutSeconds
  const body = {...type, request: asked}
  const review = (await post({config: webhook.clientConfig, context, body, timeoutSeconds})) as Review
  try {
    return responseIn(review, {...type, uid: String(asked.uid)}, mutates)
  } catch (error) {
    throw new Error(`received invalid webhook response: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}

const hasSideEffects = ({sideEffects}: Webhook): boolean => sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun'

/**
 * What the webhook answered; undefined: nothing, and that is allowed. Throws ApiError where it says no, or says nothing
 * and must be heard.
 */
export const callWebhook = async (
  webhook: Webhook,
  request: AdmissionRequest,
  context: AdmissionContext,
  mutates: boolean,
): Promise<Response | undefined> => {
  if (request.dryRun && hasSideEffects(webhook))
    throw new ApiError('BadRequest', `admission webhook "${webhook.name}" does not support dry run`)
  let response: Response
  try {
    response = await ask(webhook, request, context, mutates)
  } catch (error) {
    if (webhook.failurePolicy === 'Ignore') return undefined
    const why = error instanceof Error ? error.message : String(error)
    throw internalError(new Error(`failed calling webhook "${webhook.name}": ${why}`, {cause: error}))
  }
  for (const warning of response.warnings ?? []) request.warn(warning)
  for (const [key, value] of Object.entries(response.auditAnnotations ?? {}))
    request.annotate(`${webhook.name}/${key}`, value)
  if (!response.allowed) throw denial(webhook.name, response.status)
  return response
}
