// Removes what a profile left outside its folder. Needs neither a running daemon nor a readable database.
import type {Profile} from '../client/profile.ts'
import {unmergeKubeconfig} from './kubeconfig.ts'

export const cleanUp = (profile: Profile, kubeconfig: string | undefined): void => {
  if (kubeconfig) unmergeKubeconfig(kubeconfig, profile.name)
}
