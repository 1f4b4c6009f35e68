// MutatingAdmissionWebhook, one after the other, and ValidatingAdmissionWebhook, all at once.
import {deepEqual} from '../../../api/meta/equal.ts'
import type {DeepReadonly, KubeObject} from '../../../api/object.ts'
import {applyJsonPatch, JsonPatchError} from '../../../api/patch/json-patch.ts'
import {mutatingWebhookConfigurations, validatingWebhookConfigurations} from '../../../api/resources.ts'
import type {MutatingWebhook} from '../../../api/schema/types.gen.ts'
import {internalError} from '../../errors.ts'
import type {KindTable} from '../../kind-table.ts'
import {copyOf} from '../../registry/freeze.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {isExempt} from './match.ts'
import {type Mutator, runRound} from './rounds.ts'
import {completed, replaceContents, takeOver} from './view.ts'
import {callWebhook, concern} from './webhook-call.ts'

const operationsIn = (patch: string): readonly object[] => {
  try {
    const operations: unknown = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'))
    if (Array.isArray(operations)) return operations as object[]
    throw new Error('json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  } catch (error) {
    throw internalError(error)
  }
}

const patched = (object: KubeObject, patch: readonly object[], {kind}: AdmissionRequest): KubeObject => {
  try {
    return completed(applyJsonPatch(object, patch), kind)
  } catch (error) {
    if (error instanceof JsonPatchError) throw internalError(error)
    throw error
  }
}

interface Place {
  readonly configuration: string
  readonly index: number
  readonly webhook: DeepReadonly<MutatingWebhook>
}

const annotation = ({index}: Place, {rounds}: AdmissionRequest): string =>
  `round_${rounds?.isSecond ? 1 : 0}_index_${index}`

/** Whether the webhook changed the object. */
const mutateWith = async (
  place: Place,
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<boolean> => {
  const {webhook, configuration} = place
  const view = await concern(webhook, request, context, kinds)
  if (!view) return false
  const response = await callWebhook(webhook, view, context, true)
  if (!response) {
    request.annotate(`failed-open.mutation.webhook.admission.k8s.io/${annotation(place, request)}`, webhook.name)
    return false
  }
  const changed = response.patch ? await change(webhook.name, response.patch, response.patchType, request, view) : false
  request.annotate(
    `mutation.webhook.admission.k8s.io/${annotation(place, request)}`,
    JSON.stringify({configuration, webhook: webhook.name, mutated: changed}),
  )
  return changed
}

const change = async (
  name: string,
  patch: string,
  patchType: string | undefined,
  request: AdmissionRequest,
  view: AdmissionRequest,
): Promise<boolean> => {
  if (patchType !== undefined && patchType !== 'JSONPatch')
    throw internalError(
      new Error(`failed calling webhook "${name}": unsupported patch type ${JSON.stringify(patchType)}`),
    )
  const operations = operationsIn(patch)
  if (operations.length === 0) return false
  const {object} = request
  if (!object || !view.object)
    throw internalError(
      new Error(
        `admission webhook ${JSON.stringify(name)} attempted to modify the object, which is not supported for this operation`,
      ),
    )
  const before = copyOf(object)
  replaceContents(view.object, patched(view.object, operations, view))
  await takeOver(request, view)
  return !deepEqual(before, object)
}

const name = 'MutatingAdmissionWebhook'

const mutatorsOf = function* (
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Iterable<Mutator> {
  let index = 0
  for (const {metadata, webhooks = []} of context.list(mutatingWebhookConfigurations))
    for (const [at, webhook] of webhooks.entries()) {
      const place = {configuration: metadata.name, index: index++, webhook}
      yield {
        id: `${metadata.name}/${webhook.name}/${at}`,
        isReinvoked: webhook.reinvocationPolicy === 'IfNeeded',
        run: () => mutateWith(place, request, context, kinds),
      }
    }
}

export const mutatingWebhooks = (kinds: KindTable): AdmissionStep => ({
  name,
  handles: (request) => !isExempt(request),
  mutate: (request, context) => {
    if (context.list(mutatingWebhookConfigurations).length === 0) return undefined
    return runRound(name, request, mutatorsOf(request, context, kinds))
  },
})

export const validatingWebhooks = (kinds: KindTable): AdmissionStep => ({
  name: 'ValidatingAdmissionWebhook',
  handles: (request) => !isExempt(request),
  validate: (request, context) => {
    const configurations = context.list(validatingWebhookConfigurations)
    if (configurations.length === 0) return undefined
    return validateAll(
      configurations.flatMap(({webhooks = []}) => webhooks),
      request,
      context,
      kinds,
    )
  },
})

const validateAll = async (
  webhooks: readonly Parameters<typeof callWebhook>[0][],
  request: AdmissionRequest,
  context: AdmissionContext,
  kinds: KindTable,
): Promise<void> => {
  const views = await Promise.all(webhooks.map((webhook) => concern(webhook, request, context, kinds)))
  const outcomes = await Promise.allSettled(
    webhooks.map(async (webhook, index) => {
      const view = views[index]
      if (!view) return
      if (!(await callWebhook(webhook, view, context, false)))
        request.annotate(`failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`, webhook.name)
    }),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
