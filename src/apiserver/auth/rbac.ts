// Roles and bindings, kept as an index from who to what. Read from the store when first asked and after changes.
import type {DeepReadonly} from '../../api/object.ts'
import {clusterRoleBindings, clusterRoles, roleBindings, roles} from '../../api/resources.ts'
import type {
  ClusterRole,
  ClusterRoleBinding,
  RbacSubject,
  Role,
  RoleBinding,
  RoleRef,
} from '../../api/schema/types.gen.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Store} from '../../store/contract.ts'
import {objectKey, prefixOf} from '../registry/keys.ts'
import type {Objects} from '../registry/objects.ts'
import type {WatchHub} from '../watch/hub.ts'
import {type Attributes, type Rule, ruleAllows} from './rules.ts'

type Binding = DeepReadonly<ClusterRoleBinding | RoleBinding>

interface Grant {
  readonly binding: Binding
  readonly subject: DeepReadonly<RbacSubject>
}

export interface Decision {
  readonly allowed: boolean
  readonly reason: string
  readonly evaluationError?: string | undefined
}

const subjectKey = ({kind, name, namespace}: DeepReadonly<RbacSubject>, bindingNamespace: string): string => {
  if (kind === 'ServiceAccount') return `User:system:serviceaccount:${namespace || bindingNamespace}:${name}`
  return `${kind}:${name}`
}

type Index = ReadonlyMap<string, readonly Grant[]>

const indexOf = (bindings: readonly Binding[]): Index => {
  const index = new Map<string, Grant[]>()
  for (const binding of bindings)
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, binding.metadata?.namespace ?? '')
      const known = index.get(key)
      if (known) known.push({binding, subject})
      else index.set(key, [{binding, subject}])
    }
  return index
}

export class Rbac {
  readonly #store: Store
  readonly #objects: Objects
  #cluster: Index | undefined
  readonly #namespaces = new Map<string, Index>()

  constructor(store: Store, objects: Objects, hub: WatchHub) {
    this.#store = store
    this.#objects = objects
    const forget = (): void => {
      this.#cluster = undefined
      this.#namespaces.clear()
    }
    const listener = {onEvents: forget, onProgress: () => undefined, onEnd: forget}
    for (const resource of [clusterRoleBindings, roleBindings]) hub.join(prefixOf(resource), hub.revision, listener)
  }

  authorize(user: UserInfo, attributes: Attributes): Decision {
    const errors: string[] = []
    for (const {grant, rules} of this.#granted(user, attributes.namespace, errors))
      if (rules.some((rule) => ruleAllows(rule, attributes))) return {allowed: true, reason: describe(grant)}
    return {allowed: false, reason: '', ...(errors.length > 0 ? {evaluationError: errors.join(', ')} : {})}
  }

  /** All rules a user has in a namespace ('' : only those for the whole cluster). */
  rulesOf(user: UserInfo, namespace: string): readonly Rule[] {
    return [...this.#granted(user, namespace, [])].flatMap(({rules}) => rules)
  }

  /** The rules of the role that a binding refers to; undefined where there is none. */
  rulesOfRole(ref: DeepReadonly<RoleRef>, namespace: string): readonly Rule[] | undefined {
    const key =
      ref.kind === 'ClusterRole' ? objectKey(clusterRoles, '', ref.name) : objectKey(roles, namespace, ref.name)
    const entry = this.#store.get(key)
    if (!entry) return undefined
    const role = this.#objects.stored(entry) as unknown as DeepReadonly<ClusterRole | Role>
    return role.rules ?? []
  }

  *#granted(
    user: UserInfo,
    namespace: string,
    errors: string[],
  ): Generator<{readonly grant: Grant; readonly rules: readonly Rule[]}> {
    this.#cluster ??= indexOf(this.#list(prefixOf(clusterRoleBindings)))
    yield* this.#fromIndex(this.#cluster, user, '', errors)
    if (namespace === '') return
    let index = this.#namespaces.get(namespace)
    if (!index) this.#namespaces.set(namespace, (index = indexOf(this.#list(`${prefixOf(roleBindings)}${namespace}/`))))
    yield* this.#fromIndex(index, user, namespace, errors)
  }

  *#fromIndex(
    index: Index,
    user: UserInfo,
    namespace: string,
    errors: string[],
  ): Generator<{readonly grant: Grant; readonly rules: readonly Rule[]}> {
    for (const key of [`User:${user.name}`, ...user.groups.map((group) => `Group:${group}`)])
      for (const grant of index.get(key) ?? []) {
        const {roleRef} = grant.binding
        const rules = this.rulesOfRole(roleRef, namespace)
        if (rules) yield {grant, rules}
        else errors.push(`${roleRef.kind?.toLowerCase()}.rbac.authorization.k8s.io "${roleRef.name}" not found`)
      }
  }

  #list(prefix: string): Binding[] {
    return this.#store.list(prefix).entries.map((entry) => this.#objects.stored(entry) as unknown as Binding)
  }
}

const describe = ({binding, subject}: Grant): string => {
  const {name, namespace} = binding.metadata ?? {}
  const bound = namespace ? `RoleBinding "${name}/${namespace}"` : `ClusterRoleBinding "${name}"`
  const who =
    subject.kind === 'ServiceAccount'
      ? `ServiceAccount "${subject.name}/${subject.namespace || namespace}"`
      : `${subject.kind} "${subject.name}"`
  return `RBAC: allowed by ${bound} of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${who}`
}
