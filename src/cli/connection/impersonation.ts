import type {GlobalValues} from '../global-flags.ts'
import type {User} from '../kubeconfig/kubeconfig.ts'

interface Acting {
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

const extraOf = (list: readonly string[]): Record<string, string[]> => {
  const extra: Record<string, string[]> = {}
  for (const text of list) {
    const equals = text.indexOf('=')
    const key = text.slice(0, equals)
    extra[key] = [...(extra[key] ?? []), text.slice(equals + 1)]
  }
  return extra
}

/** The flags, each over what the kubeconfig's user says. */
const actingAs = (globals: GlobalValues, user: User): Acting => ({
  user: globals.as || user.as || '',
  uid: globals['as-uid'] || user['as-uid'] || '',
  groups: globals['as-group'].length > 0 ? globals['as-group'] : (user['as-groups'] ?? []),
  extra: globals['as-user-extra'].length > 0 ? extraOf(globals['as-user-extra']) : (user['as-user-extra'] ?? {}),
})

/** Headers of `--as`, `--as-group`, `--as-uid` and `--as-user-extra`; `name`: who would act, for the complaint. */
export const impersonation = (globals: GlobalValues, user: User = {}, name = ''): Record<string, string> => {
  const acting = actingAs(globals, user)
  const rest = acting.uid !== '' || acting.groups.length > 0 || Object.keys(acting.extra).length > 0
  if (acting.user === '' && rest)
    throw new Error(`requesting uid, groups or user-extra for ${name} without impersonating a user`)
  const headers: Record<string, string | readonly string[]> = {}
  if (acting.user !== '') headers['impersonate-user'] = acting.user
  if (acting.uid !== '') headers['impersonate-uid'] = acting.uid
  if (acting.groups.length > 0) headers['impersonate-group'] = [...acting.groups]
  for (const [key, values] of Object.entries(acting.extra))
    headers[`impersonate-extra-${encodeURIComponent(key)}`] = values
  // Node sends an array as a header given several times; the transport's type only knows the common case.
  return headers as Record<string, string>
}
