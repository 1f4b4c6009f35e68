// Pods that ask for AppArmor where the kernel has none of it are not taken: nobody would hold them to their profile.
import {readFileSync} from 'node:fs'
import {containersOf, ephemeralContainersOf, initContainersOf, type ThePod} from '../pods/types.ts'

/** The older way to ask, an annotation a container. */
const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'

export const wantsAppArmor = (pod: ThePod): boolean => {
  const all = [...initContainersOf(pod), ...containersOf(pod), ...ephemeralContainersOf(pod)]
  const types = [pod.spec?.securityContext, ...all.map(({securityContext}) => securityContext)].flatMap(
    (context) => context?.appArmorProfile?.type ?? [],
  )
  const annotated = Object.entries(pod.metadata.annotations ?? {}).flatMap(([name, value]) =>
    name.startsWith(ANNOTATION) && value ? value : [],
  )
  return types.some((type) => type !== 'Unconfined') || annotated.some((value) => value !== 'unconfined')
}

export const hasAppArmor = (): boolean => {
  try {
    return readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').startsWith('Y')
  } catch {
    return false // the kernel does not know it
  }
}
