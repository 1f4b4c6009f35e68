// Questions about who somebody is and what they may do. Answered, never stored.
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import type {
  ResourceAttributes,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
  TokenReview,
} from '../../api/schema/types.gen.ts'
import type {UserInfo} from '../../api/transport.ts'
import {badRequest} from '../errors.ts'
import type {Call} from '../request/call.ts'
import {readObject} from '../request/object.ts'
import {writeOptions} from '../request/write-options.ts'
import type {Answer} from '../respond/answer.ts'
import type {Authenticator} from './authenticate.ts'
import type {Authorizer} from './authorizer.ts'
import type {Attributes, Rule} from './rules.ts'
import type {Tokens} from './tokens.ts'

export interface ReviewSources {
  readonly authorizer: Authorizer
  readonly authenticator: Authenticator
  readonly tokens: Tokens
}

export type Review = (call: Call, kind: Kind) => Promise<Answer>

const read = <T extends KubeObject>(call: Call, kind: Kind): Promise<T> => {
  const options = writeOptions(call, 'CreateOptions')
  return readObject<T>(call, {...kind.resource, schema: kind.schema}, options.fieldValidation)
}

const answered = (object: KubeObject): Answer => {
  object.metadata ??= {}
  return {type: 'object', status: 201, object}
}

const resourceAttributes = (resource: ResourceAttributes): Attributes => ({
  verb: resource.verb ?? '',
  group: resource.group ?? '',
  version: resource.version,
  resource: resource.resource ?? '',
  subresource: resource.subresource ?? '',
  namespace: resource.namespace ?? '',
  name: resource.name ?? '',
})

const attributesOf = (spec: SubjectAccessReviewSpec): Attributes =>
  spec.resourceAttributes
    ? resourceAttributes(spec.resourceAttributes)
    : {
        verb: spec.nonResourceAttributes?.verb ?? '',
        path: spec.nonResourceAttributes?.path ?? '',
        group: '',
        resource: '',
        subresource: '',
        namespace: '',
        name: '',
      }

const validate = (kind: Kind, spec: SubjectAccessReviewSpec, isSelf: boolean): void => {
  const errors = new FieldErrors()
  const {resourceAttributes: resource, nonResourceAttributes: path} = spec
  if (resource && path)
    errors.invalid('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes')
  if (!resource && !path)
    errors.invalid(
      'spec.resourceAttributes',
      null,
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    )
  if (!isSelf && !spec.user && (spec.groups ?? []).length === 0)
    errors.invalid('spec.user', '', 'at least one of user or group must be specified')
  if (errors.list.length === 0) return
  const error = invalidObject({group: kind.resource.group, kind: ''}, '', errors.list)
  const {kind: _kind, ...details} = error.details ?? {}
  throw Object.assign(error, {details})
}

const statusOf = (authorizer: Authorizer, user: UserInfo, attributes: Attributes): Record<string, unknown> => {
  const {allowed, reason, evaluationError} = authorizer.decide(user, attributes)
  return {
    allowed,
    ...(reason === '' ? {} : {reason}),
    ...(evaluationError ? {evaluationError} : {}),
  }
}

const subjectAccess =
  ({authorizer}: ReviewSources, {isSelf, isLocal}: {isSelf: boolean; isLocal: boolean}): Review =>
  async (call, kind) => {
    const review = await read<SubjectAccessReview>(call, kind)
    const spec = (review.spec ??= {})
    validate(kind, spec, isSelf)
    if (isLocal) {
      const {namespace} = call.info
      if (spec.nonResourceAttributes) throw badRequest('disallowed on this kind of request')
      const said = spec.resourceAttributes?.namespace ?? ''
      if (said !== namespace) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
      ;(review.metadata ??= {}).namespace = namespace
    }
    const user: UserInfo = isSelf
      ? call.user
      : {
          name: spec.user ?? '',
          groups: spec.groups ?? [],
          ...(spec.uid ? {uid: spec.uid} : {}),
          ...(spec.extra ? {extra: spec.extra} : {}),
        }
    return answered({...review, status: statusOf(authorizer, user, attributesOf(spec))} as KubeObject)
  }

const rulesReview =
  ({authorizer}: ReviewSources): Review =>
  async (call, kind) => {
    const review = await read<SelfSubjectRulesReview>(call, kind)
    const namespace = review.spec?.namespace ?? ''
    if (namespace === '') throw badRequest('no namespace on request')
    const rules = authorizer.rbac.rulesOf(call.user, namespace)
    const isResource = (rule: Rule): boolean => (rule.apiGroups ?? []).length > 0
    return answered({
      ...review,
      status: {
        resourceRules: rules.filter(isResource).map(({verbs, apiGroups, resources, resourceNames}) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames?.length ? {resourceNames} : {}),
        })),
        nonResourceRules: rules
          .filter((rule) => (rule.nonResourceURLs ?? []).length > 0)
          .map(({verbs, nonResourceURLs}) => ({verbs, nonResourceURLs})),
        incomplete: false,
      },
    } as KubeObject)
  }

const userStatus = ({name, uid, groups, extra}: UserInfo): Record<string, unknown> => ({
  username: name,
  ...(uid ? {uid} : {}),
  groups,
  ...(extra && Object.keys(extra).length > 0 ? {extra} : {}),
})

const selfReview: Review = async (call, kind) => {
  const review = await read<KubeObject>(call, kind)
  const metadata = (review.metadata ??= {})
  metadata.creationTimestamp ??= new Date().toISOString().slice(0, 19) + 'Z'
  return answered({...review, status: {userInfo: userStatus(call.user)}} as KubeObject)
}

const tokenReview =
  ({authenticator, tokens}: ReviewSources): Review =>
  async (call, kind) => {
    const review = await read<TokenReview>(call, kind)
    const token = review.spec?.token ?? ''
    if (token === '') throw badRequest('token is required for TokenReview in authentication')
    const wanted = review.spec?.audiences ?? []
    const verified = wanted.length > 0 ? await tokens.verify(token) : undefined
    const user = wanted.length > 0 ? verified?.user : await authenticator.tokenUser(token)
    const audiences = wanted.length > 0 ? wanted.filter((one) => verified?.audiences.includes(one)) : [tokens.issuer]
    const isValid = user !== undefined && audiences.length > 0
    const status = isValid
      ? {authenticated: true, user: userStatus(user), audiences}
      : {user: {}, error: 'invalid bearer token'}
    return answered({...review, status} as KubeObject)
  }

/** By plural. */
export const reviewsOf = (sources: ReviewSources): Readonly<Record<string, Review>> => ({
  subjectaccessreviews: subjectAccess(sources, {isSelf: false, isLocal: false}),
  selfsubjectaccessreviews: subjectAccess(sources, {isSelf: true, isLocal: false}),
  localsubjectaccessreviews: subjectAccess(sources, {isSelf: false, isLocal: true}),
  selfsubjectrulesreviews: rulesReview(sources),
  selfsubjectreviews: selfReview,
  tokenreviews: tokenReview(sources),
})
