// Nobody hands out more than they hold: writes of roles need the rules, or the verb `escalate`; writes of bindings need
// the rules of the role, or the verb `bind`.
import type {DeepReadonly} from '../../api/object.ts'
import type {PolicyRule, RoleRef} from '../../api/schema/types.gen.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {AdmissionRequest, AdmissionStep} from '../admission/contract.ts'
import {notFound} from '../errors.ts'
import {type Authorizer, forbiddenObject, masters} from './authorizer.ts'
import {missingRules, type Rule} from './rules.ts'

const group = 'rbac.authorization.k8s.io'
const roleResources: ReadonlySet<string> = new Set(['roles', 'clusterroles'])
const bindingResources: ReadonlySet<string> = new Set(['rolebindings', 'clusterrolebindings'])

interface Written {
  readonly rules?: readonly DeepReadonly<PolicyRule>[] | undefined
  readonly roleRef?: DeepReadonly<RoleRef> | undefined
  readonly subjects?: readonly unknown[] | undefined
}

const show = ({name, groups}: UserInfo): string =>
  `user ${JSON.stringify(name)} (groups=[${groups.map((one) => JSON.stringify(one)).join(' ')}])`

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left ?? []) === JSON.stringify(right ?? [])

export const escalationStep = (authorizer: Authorizer): AdmissionStep => {
  const refuse = (request: AdmissionRequest, wanted: readonly Rule[]): void => {
    const held = authorizer.rbac.rulesOf(request.user, request.namespace ?? '')
    const missing = missingRules(held, wanted)
    if (missing.length > 0)
      throw forbiddenObject(
        request.kind.resource,
        request.name,
        `${show(request.user)} is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`,
      )
  }

  const may = (request: AdmissionRequest, verb: string, resource: string, name: string): boolean =>
    authorizer.decide(request.user, {
      verb,
      group,
      resource,
      subresource: '',
      namespace: request.namespace ?? '',
      name,
    }).allowed

  const checkRole = (request: AdmissionRequest, {rules = []}: Written, old: Written | undefined): void => {
    if (old && isSame(old.rules, rules)) return
    if (!may(request, 'escalate', request.kind.resource.plural, request.name)) refuse(request, rules)
  }

  const checkBinding = (request: AdmissionRequest, {roleRef, subjects}: Written, old: Written | undefined): void => {
    if (!roleRef || (old && isSame(old.roleRef, roleRef) && isSame(old.subjects, subjects))) return
    const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
    if (may(request, 'bind', resource, roleRef.name ?? '')) return
    const rules = authorizer.rbac.rulesOfRole(roleRef, request.namespace ?? '')
    if (!rules) throw notFound({group, plural: resource}, roleRef.name ?? '')
    refuse(request, rules)
  }

  return {
    name: 'RBACEscalation',
    handles: ({kind, operation, user}) =>
      kind.resource.group === group && operation !== 'DELETE' && !user.groups.includes(masters),
    validate(request) {
      const object = request.object as Written | undefined
      if (!object) return
      const {plural} = request.kind.resource
      if (roleResources.has(plural)) checkRole(request, object, request.old as Written | undefined)
      else if (bindingResources.has(plural)) checkBinding(request, object, request.old as Written | undefined)
    },
  }
}
