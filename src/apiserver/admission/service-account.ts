// Every pod runs as a service account, and finds that account's token, the cluster's CA and its namespace in a volume.
import type {DeepReadonly} from '../../api/object.ts'
import {serviceAccounts} from '../../api/resources.ts'
import type {Container, Pod, PodSpec, ServiceAccount, Volume} from '../../api/schema/types.gen.ts'
import {type Random, safeName, systemRandom} from '../../lib/random.ts'
import type {AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, resourceOf} from './refuse.ts'

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const volumePrefix = 'kube-api-access-'
/** An hour and a little: the kubelet renews before that, and clients that ignore the file's age still work. */
const tokenLifetimeSeconds = 3607
const fileMode = 0o644
const mirrorAnnotation = 'kubernetes.io/config.mirror'

const accessVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      {serviceAccountToken: {expirationSeconds: tokenLifetimeSeconds, path: 'token'}},
      {configMap: {name: 'kube-root-ca.crt', items: [{key: 'ca.crt', path: 'ca.crt'}]}},
      {downwardAPI: {items: [{path: 'namespace', fieldRef: {apiVersion: 'v1', fieldPath: 'metadata.namespace'}}]}},
    ],
    defaultMode: fileMode,
  },
})

const lacksMount = ({volumeMounts}: Container): boolean => !volumeMounts?.some(({mountPath}) => mountPath === tokenPath)

const mountToken = (spec: PodSpec, random: Random): void => {
  const known = spec.volumes?.find(({name, projected}) => projected && name.startsWith(volumePrefix))
  const name = known?.name ?? `${volumePrefix}${safeName(random, 5)}`
  const lacking = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter(lacksMount)
  for (const container of lacking)
    container.volumeMounts = [...(container.volumeMounts ?? []), {name, readOnly: true, mountPath: tokenPath}]
  if (!known && lacking.length > 0) spec.volumes = [...(spec.volumes ?? []), accessVolume(name)]
}

const wantsToken = (spec: PodSpec, account: DeepReadonly<ServiceAccount>): boolean =>
  spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true

export const serviceAccount = (random: Random = systemRandom): AdmissionStep => ({
  name: 'ServiceAccount',
  handles: (request) => isWhole(request) && resourceOf(request) === 'pods' && request.operation === 'CREATE',
  mutate(request, context) {
    const {metadata, spec} = objectOf<Pod>(request)
    if (!spec || metadata?.annotations?.[mirrorAnnotation] !== undefined) return
    spec.serviceAccountName ||= 'default'
    spec.serviceAccount = spec.serviceAccountName
    const {namespace} = request
    const account = context.get(serviceAccounts, {namespace, name: spec.serviceAccountName})
    if (!account)
      throw forbidden(
        request,
        `error looking up service account ${namespace}/${spec.serviceAccountName}: serviceaccount "${spec.serviceAccountName}" not found`,
      )
    if (wantsToken(spec, account)) mountToken(spec, random)
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
      spec.imagePullSecrets = account.imagePullSecrets.map(({name}) => ({name}))
  },
  validate(request) {
    const {metadata, spec} = objectOf<Pod>(request)
    if (metadata?.annotations?.[mirrorAnnotation] === undefined) return
    if (spec?.serviceAccountName) throw forbidden(request, 'a mirror pod may not reference service accounts')
    if (spec?.volumes?.some(({secret}) => secret)) throw forbidden(request, 'a mirror pod may not reference secrets')
  },
})
