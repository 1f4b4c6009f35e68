// Who may do what: administrators everything, kubelets what the Node authorizer says, everybody what RBAC says.
import {ApiError} from '../../api/errors.ts'
import {groupResourceOf} from '../../api/resource.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Store} from '../../store/contract.ts'
import type {Objects} from '../registry/objects.ts'
import type {RequestInfo} from '../request/info.ts'
import type {WatchHub} from '../watch/hub.ts'
import {NodeAuthorizer, nodeNameOf} from './node.ts'
import {type Decision, Rbac} from './rbac.ts'
import type {Attributes} from './rules.ts'

export const masters = 'system:masters'

/** Paths everybody may read, without a role: the real server lets them by before it authorizes. */
const alwaysAllowed: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz'])

export class Authorizer {
  readonly rbac: Rbac
  readonly #node: NodeAuthorizer

  constructor(store: Store, objects: Objects, hub: WatchHub) {
    this.rbac = new Rbac(store, objects, hub)
    this.#node = new NodeAuthorizer(store, objects)
  }

  decide(user: UserInfo, attributes: Attributes): Decision {
    if (user.groups.includes(masters)) return {allowed: true, reason: ''}
    if (attributes.path !== undefined && alwaysAllowed.has(attributes.path)) return {allowed: true, reason: ''}
    const node = nodeNameOf(user)
    if (node !== undefined && this.#node.allows(node, attributes)) return {allowed: true, reason: ''}
    return this.rbac.authorize(user, attributes)
  }

  /** Throws Forbidden. */
  check(user: UserInfo, info: RequestInfo): void {
    const attributes = attributesOf(info)
    const decision = this.decide(user, attributes)
    if (!decision.allowed) throw forbidden(user, attributes, decision)
  }
}

export const attributesOf = (info: RequestInfo): Attributes =>
  info.isResource
    ? {
        verb: info.verb,
        group: info.group,
        version: info.version,
        resource: info.plural,
        subresource: info.subresource,
        namespace: info.namespace,
        name: info.name,
      }
    : {verb: info.verb, path: info.path, group: '', resource: '', subresource: '', namespace: '', name: ''}

const sentence = (user: UserInfo, attributes: Attributes): string => {
  const who = `User ${JSON.stringify(user.name)} cannot`
  if (attributes.path !== undefined) return `${who} ${attributes.verb} path ${JSON.stringify(attributes.path)}`
  const resource =
    attributes.subresource === '' ? attributes.resource : `${attributes.resource}/${attributes.subresource}`
  const scope =
    attributes.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(attributes.namespace)}`
  return `${who} ${attributes.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(attributes.group)} ${scope}`
}

export const forbidden = (
  user: UserInfo,
  attributes: Attributes,
  decision: Pick<Decision, 'evaluationError'> = {},
): ApiError => {
  const why = decision.evaluationError ? `: RBAC: ${decision.evaluationError}` : ''
  const text = `${sentence(user, attributes)}${why}`
  if (attributes.path !== undefined) return new ApiError('Forbidden', `forbidden: ${text}`, {details: {}})
  return forbiddenObject({group: attributes.group, plural: attributes.resource}, attributes.name, text)
}

export const forbiddenObject = (
  resource: {readonly group: string; readonly plural: string},
  name: string,
  why: string,
): ApiError => {
  const shown = groupResourceOf(resource)
  return new ApiError('Forbidden', `${shown}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, {
    details: {
      ...(name === '' ? {} : {name}),
      ...(resource.group === '' ? {} : {group: resource.group}),
      kind: resource.plural,
    },
  })
}
