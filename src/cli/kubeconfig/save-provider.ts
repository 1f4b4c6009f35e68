// New tokens of an auth provider go back to the kubeconfig they came from.
import type {Invocation} from '../invocation.ts'
import {editKubeconfig} from './edit.ts'
import type {User} from './kubeconfig.ts'

export const saveProvider = (
  wants: Pick<Invocation, 'globals' | 'io'>,
  userName: string,
  config: Readonly<Record<string, string | undefined>>,
): void => {
  const edit = editKubeconfig(wants)
  const user = edit.find<User>('users', userName)
  if (!user?.['auth-provider']) return
  edit.set('users', userName, {...user, 'auth-provider': {...user['auth-provider'], config}})
  edit.save()
}
