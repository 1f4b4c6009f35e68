// Objects from one version of a custom kind to another, by asking the webhook that its definition names. What the
// webhook may not touch is held against what it was given: identity, and metadata but for labels and annotations.
import {randomUUID} from 'node:crypto'
import {ApiError} from '../../../api/errors.ts'
import {FieldErrors, textOfErrors} from '../../../api/field-errors.ts'
import {validateAnnotations, validateLabels} from '../../../api/kinds/metadata.ts'
import type {DeepReadonly, KubeObject} from '../../../api/object.ts'
import {splitApiVersion} from '../../../api/resource.ts'
import {isObject} from '../../../api/schema/own.ts'
import type {WebhookConversion} from '../../../api/schema/types.gen.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import {copyOf} from '../../registry/freeze.ts'
import {postJson} from '../post.ts'

const timeoutSeconds = 30
const supported: readonly string[] = ['v1', 'v1beta1']

interface Review {
  readonly apiVersion?: string
  readonly kind?: string
  readonly response?: {
    readonly uid?: string
    readonly result?: {readonly status?: string; readonly message?: string}
    readonly convertedObjects?: readonly KubeObject[]
  }
}

const typeOf = (apiVersion: string, kind: string): string => `${apiVersion}, Kind=${kind}`

/** What an answer holds. Throws Error where it is none. */
const convertedIn = (review: Review, apiVersion: string, uid: string): readonly KubeObject[] => {
  const said = typeOf(review.apiVersion || '/', review.kind ?? '')
  const wanted = typeOf(apiVersion, 'ConversionReview')
  if (said !== wanted) throw new Error(`expected webhook response of ${wanted}, got ${said}`)
  const {response} = review
  if (!response) throw new Error('no response provided')
  if (apiVersion.endsWith('/v1') && response.uid !== uid)
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`)
  const {status = '', message} = response.result ?? {}
  if (status !== 'Success') throw new Error(message || `response.result.status was '${status}', not 'Success'`)
  return response.convertedObjects ?? []
}

const goType = (value: unknown): string => {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  const names: Readonly<Record<string, string>> = {string: 'string', boolean: 'bool', number: 'float64'}
  return names[typeof value] ?? 'map[string]interface {}'
}

const checkIdentity = (original: KubeObject, converted: KubeObject): void => {
  const same = (what: string, was: string | undefined, is: string | undefined): void => {
    if ((was ?? '') !== (is ?? '')) throw new Error(`must have the same ${what}: ${was ?? ''} != ${is ?? ''}`)
  }
  same('kind', original.kind, converted.kind)
  same('name', original.metadata?.name, converted.metadata?.name)
  same('namespace', original.metadata?.namespace, converted.metadata?.namespace)
  same('UID', original.metadata?.uid, converted.metadata?.uid)
}

type Texts = Record<string, string>

/** Labels or annotations as the webhook gave them; undefined: it took them away. */
const givenTexts = (field: 'labels' | 'annotations', given: unknown): Texts | undefined => {
  if (given === undefined || given === null) return undefined
  if (!isObject(given)) throw new Error(`invalid metadata.${field} of type ${goType(given)} in converted object`)
  for (const [key, value] of Object.entries(given))
    if (typeof value !== 'string')
      throw new Error(`metadata.${field}[${key}] must be a string, but is ${goType(value)} in converted object`)
  const errors = new FieldErrors()
  if (field === 'labels') validateLabels(given as Texts, 'metadata.labels', errors)
  else validateAnnotations(given as Texts, 'metadata.annotation', errors)
  if (errors.list.length > 0) throw new Error(textOfErrors(errors.list))
  return given as Texts
}

/** The metadata it had, with the labels and annotations it was given. */
const restoreMetadata = (original: KubeObject, converted: KubeObject): void => {
  if (!('metadata' in converted)) throw new Error('missing metadata in converted object')
  const given: unknown = converted.metadata
  if (!isObject(given)) throw new Error(`invalid metadata of type ${goType(given)} in converted object`)
  const metadata = copyOf(original.metadata ?? {})
  for (const field of ['labels', 'annotations'] as const) {
    const texts = givenTexts(field, given[field])
    if (texts) metadata[field] = texts
    else delete metadata[field]
  }
  converted.metadata = metadata
}

/** Throws Error with what is wrong. */
const checkConverted = (original: KubeObject, converted: KubeObject, apiVersion: string): void => {
  const fail = (what: string, why: string): never => {
    throw new Error(`returned invalid ${what}: ${why}`)
  }
  if (converted.apiVersion !== apiVersion)
    fail('object at index 0', `invalid groupVersion (expected ${apiVersion}, received ${converted.apiVersion ?? ''})`)
  if (converted.kind !== original.kind)
    fail('object at index 0', `invalid kind (expected ${original.kind}, received ${converted.kind ?? ''})`)
  try {
    checkIdentity(original, converted)
  } catch (error) {
    fail('object', (error as Error).message)
  }
  try {
    restoreMetadata(original, converted)
  } catch (error) {
    fail('metadata', (error as Error).message)
  }
}

export type Converter = (objects: readonly KubeObject[], apiVersion: string) => Promise<readonly KubeObject[]>

const failed = (object: KubeObject, why: string): ApiError => {
  const {group, version} = splitApiVersion(object.apiVersion ?? '')
  return new ApiError('', `conversion webhook for ${typeOf(`${group}/${version}`, object.kind ?? '')} ${why}`, {
    code: 500,
  })
}

/** Converts all at once. Throws ApiError. */
export const webhookConverter = (
  {clientConfig, conversionReviewVersions}: DeepReadonly<WebhookConversion>,
  context: AdmissionContext,
): Converter => {
  const version = conversionReviewVersions.find((candidate) => supported.includes(candidate))
  return async (objects, desiredAPIVersion) => {
    const [first] = objects
    if (!first) return []
    const uid = randomUUID()
    const apiVersion = `apiextensions.k8s.io/${version}`
    let converted: readonly KubeObject[]
    try {
      if (!version) throw new Error('no supported conversion review versions')
      const body = {kind: 'ConversionReview', apiVersion, request: {uid, desiredAPIVersion, objects}}
      const review = await postJson({config: clientConfig ?? {}, context, body, timeoutSeconds})
      converted = convertedIn(review as Review, apiVersion, uid)
    } catch (error) {
      throw failed(first, `failed: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (converted.length !== objects.length)
      throw failed(first, `returned ${converted.length} objects, expected ${objects.length}`)
    for (const [index, original] of objects.entries())
      try {
        checkConverted(original, converted[index] ?? {}, desiredAPIVersion)
      } catch (error) {
        throw failed(original, (error as Error).message)
      }
    return converted
  }
}
