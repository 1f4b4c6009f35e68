// Acting in another's name: who may impersonate the user, every group, the uid and every extra value, becomes them.
import {ApiError} from '../../api/errors.ts'
import type {ApiRequest, UserInfo} from '../../api/transport.ts'
import {type Authorizer, forbiddenObject} from './authorizer.ts'
import type {Attributes} from './rules.ts'

const userHeader = 'impersonate-user'
const groupHeader = 'impersonate-group'
const uidHeader = 'impersonate-uid'
const extraPrefix = 'impersonate-extra-'

/** A header given several times arrives joined; group names have no comma and space. */
const values = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(', '))

const extraOf = (headers: ApiRequest['headers']): Record<string, string[]> => {
  const extra: Record<string, string[]> = {}
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith(extraPrefix)) extra[decodeURIComponent(name.slice(extraPrefix.length))] = values(value)
  return extra
}

const accountParts = (name: string): {namespace: string; name: string} | undefined => {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name)
  return match ? {namespace: match[1] ?? '', name: match[2] ?? ''} : undefined
}

export const impersonated = (authorizer: Authorizer, request: ApiRequest, user: UserInfo): UserInfo => {
  const {headers} = request
  const name = headers[userHeader] ?? ''
  const groups = values(headers[groupHeader])
  const uid = headers[uidHeader] ?? ''
  const hasExtra = Object.keys(headers).some((header) => header.startsWith(extraPrefix))
  if (name === '') {
    if (groups.length === 0 && uid === '' && !hasExtra) return user
    throw new ApiError('InternalError', 'requested impersonation without impersonating a user')
  }
  const extra = hasExtra ? extraOf(headers) : {}
  const check = (what: Partial<Attributes> & Pick<Attributes, 'resource' | 'name'>): void => {
    const attributes: Attributes = {verb: 'impersonate', group: '', subresource: '', namespace: '', ...what}
    if (authorizer.decide(user, attributes).allowed) return
    throw forbiddenImpersonation(user, attributes)
  }
  const account = accountParts(name)
  if (account) check({resource: 'serviceaccounts', ...account})
  else check({resource: 'users', name})
  for (const group of groups) check({resource: 'groups', name: group})
  if (uid !== '') check({group: 'authentication.k8s.io', resource: 'uids', name: uid})
  for (const [key, list] of Object.entries(extra))
    for (const value of list)
      check({group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name: value})
  return {
    name,
    groups: withImplied(name, groups, account?.namespace),
    ...(uid === '' ? {} : {uid}),
    ...(hasExtra ? {extra} : {}),
  }
}

const withImplied = (name: string, groups: readonly string[], accountNamespace: string | undefined): string[] => {
  const all =
    accountNamespace !== undefined && groups.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${accountNamespace}`]
      : [...groups]
  const implied = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  const opposite = implied === 'system:authenticated' ? 'system:unauthenticated' : 'system:authenticated'
  if (!all.includes(implied) && !all.includes(opposite)) all.push(implied)
  return all
}

const forbiddenImpersonation = (user: UserInfo, attributes: Attributes): ApiError => {
  const resource =
    attributes.subresource === '' ? attributes.resource : `${attributes.resource}/${attributes.subresource}`
  const scope =
    attributes.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(attributes.namespace)}`
  return forbiddenObject(
    {group: attributes.group, plural: attributes.resource},
    attributes.name,
    `User ${JSON.stringify(user.name)} cannot impersonate resource ${JSON.stringify(resource)} in API group ${JSON.stringify(attributes.group)} ${scope}`,
  )
}
