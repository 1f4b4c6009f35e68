// MutatingAdmissionWebhook, one after the other, and ValidatingAdmissionWebhook, all at once.
import {decodeCustom} from '../../../api/custom/decode.ts'
import {deepEqual} from '../../../api/meta/equal.ts'
import type {DeepReadonly, KubeObject} from '../../../api/object.ts'
import {applyJsonPatch, JsonPatchError} from '../../../api/patch/json-patch.ts'
import {mutatingWebhookConfigurations, validatingWebhookConfigurations} from '../../../api/resources.ts'
import {decode} from '../../../api/schema/decode.ts'
import {applyDefaults} from '../../../api/schema/defaults.ts'
import type {MutatingWebhook} from '../../../api/schema/types.gen.ts'
import {internalError} from '../../errors.ts'
import {copyOf} from '../../registry/freeze.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {isExempt} from './match.ts'
import {replaceContents} from './mutating-policies.ts'
import {callWebhook, concerns} from './webhook-call.ts'

const patched = (object: KubeObject, patch: readonly object[], {kind}: AdmissionRequest): KubeObject => {
  try {
    const value = applyJsonPatch(object, patch)
    const {object: next} = (kind.custom ? decodeCustom : decode)<KubeObject>({value}, kind.schema)
    applyDefaults(next, kind.schema)
    kind.strategy.default?.(next)
    return next
  } catch (error) {
    if (error instanceof JsonPatchError) throw internalError(error)
    throw error
  }
}

/** Whether the webhook changed the object. */
const mutateWith = async (
  webhook: DeepReadonly<MutatingWebhook>,
  request: AdmissionRequest,
  context: AdmissionContext,
): Promise<boolean> => {
  const {patch} = await callWebhook(webhook, request, context)
  const {object} = request
  if (!patch || !object) return false
  const before = copyOf(object)
  replaceContents(object, patched(object, patch, request))
  return !deepEqual(before, object)
}

export const mutatingWebhooks: AdmissionStep = {
  name: 'MutatingAdmissionWebhook',
  handles: (request) => !isExempt(request),
  mutate: async (request, context) => {
    const configurations = context.list(mutatingWebhookConfigurations)
    if (configurations.length === 0) return
    const webhooks = configurations.flatMap(({webhooks: own = []}) => own)
    /** Called already, and what came after them changed something. */
    const again = new Set<DeepReadonly<MutatingWebhook>>()
    const called: DeepReadonly<MutatingWebhook>[] = []
    for (const webhook of webhooks) {
      if (!concerns(webhook, request, context)) continue
      if (await mutateWith(webhook, request, context)) for (const earlier of called) again.add(earlier)
      if (webhook.reinvocationPolicy === 'IfNeeded') called.push(webhook)
    }
    for (const webhook of again) if (concerns(webhook, request, context)) await mutateWith(webhook, request, context)
  },
}

export const validatingWebhooks: AdmissionStep = {
  name: 'ValidatingAdmissionWebhook',
  handles: (request) => !isExempt(request),
  validate: async (request, context) => {
    const configurations = context.list(validatingWebhookConfigurations)
    if (configurations.length === 0) return
    const webhooks = configurations
      .flatMap(({webhooks: own = []}) => own)
      .filter((webhook) => concerns(webhook, request, context))
    const outcomes = await Promise.allSettled(webhooks.map((webhook) => callWebhook(webhook, request, context)))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  },
}
