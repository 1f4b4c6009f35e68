// Asks one webhook about one request.
import {ApiError, type Reason} from '../../../api/errors.ts'
import type {DeepReadonly} from '../../../api/object.ts'
import type {MutatingWebhook, Status, ValidatingWebhook} from '../../../api/schema/types.gen.ts'
import {internalError} from '../../errors.ts'
import {postJson, type Question} from '../../extensions/post.ts'
import type {AdmissionContext, AdmissionRequest} from '../contract.ts'
import {fits} from './match.ts'
import {conditionsHold, PolicyError} from './policy.ts'
import {admissionRequestOf, celVariables} from './request.ts'

export type Webhook = DeepReadonly<ValidatingWebhook | MutatingWebhook>

export interface Verdict {
  readonly patch?: readonly object[] | undefined
}

interface Review {
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

const usualTimeoutSeconds = 10

/** Whether the webhook wants to hear of the request. */
export const concerns = (webhook: Webhook, request: AdmissionRequest, context: AdmissionContext): boolean => {
  if (!fits(webhook, request, context)) return false
  if (!webhook.matchConditions?.length) return true
  try {
    return conditionsHold(webhook.matchConditions, celVariables(request, context))
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    if (webhook.failurePolicy === 'Ignore') return false
    throw new ApiError('Forbidden', `webhook "${webhook.name}" matchConditions: ${error.message}`)
  }
}

const denial = (name: string, status: Status | undefined): ApiError => {
  const said = `admission webhook "${name}" denied the request`
  const {code = 0, message, reason} = status ?? {}
  const text = message ? `${said}: ${message}` : reason ? `${said}: ${reason}` : `${said} without explanation`
  return new ApiError((reason ?? '') as Reason, text, {code: code < 400 ? 400 : code, details: status?.details})
}

const patchOf = (name: string, {patch, patchType}: NonNullable<Review['response']>): readonly object[] | undefined => {
  if (!patch) return undefined
  if (patchType !== 'JSONPatch') throw new Error(`webhook returned response.patch but not response.patchType`)
  const operations: unknown = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'))
  if (!Array.isArray(operations)) throw new Error(`the patch of webhook ${name} is not a list`)
  return operations as object[]
}

const post = async (question: Question): Promise<unknown> => {
  try {
    return await postJson(question)
  } catch (error) {
    throw new Error(`failed to call webhook: ${error instanceof Error ? error.message : error}`, {cause: error})
  }
}

const ask = async (webhook: Webhook, request: AdmissionRequest, context: AdmissionContext): Promise<Verdict> => {
  const asked = admissionRequestOf(request)
  const review = {kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request: asked}
  const timeoutSeconds = webhook.timeoutSeconds ?? usualTimeoutSeconds
  const answer = (await post({config: webhook.clientConfig, context, body: review, timeoutSeconds})) as Review
  const {response} = answer
  if (!response) throw new Error('webhook response was absent')
  if (response.uid !== asked.uid) throw new Error(`expected response.uid="${asked.uid}", got "${response.uid ?? ''}"`)
  for (const warning of response.warnings ?? []) request.warn(warning)
  for (const [key, value] of Object.entries(response.auditAnnotations ?? {}))
    request.annotate(`${webhook.name}/${key}`, value)
  if (!response.allowed) throw denial(webhook.name, response.status)
  return {patch: patchOf(webhook.name, response)}
}

const hasSideEffects = ({sideEffects}: Webhook): boolean => sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun'

/** Throws ApiError where the webhook says no, or says nothing and must be heard. */
export const callWebhook = async (
  webhook: Webhook,
  request: AdmissionRequest,
  context: AdmissionContext,
): Promise<Verdict> => {
  if (request.dryRun && hasSideEffects(webhook))
    throw new ApiError('BadRequest', `admission webhook "${webhook.name}" does not support dry run`)
  try {
    return await ask(webhook, request, context)
  } catch (error) {
    if (error instanceof ApiError) throw error
    if (webhook.failurePolicy === 'Ignore') return {}
    const why = error instanceof Error ? error.message : String(error)
    throw internalError(new Error(`failed calling webhook "${webhook.name}": ${why}`, {cause: error}))
  }
}
