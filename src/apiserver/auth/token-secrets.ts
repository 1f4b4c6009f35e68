// Secrets of type kubernetes.io/service-account-token get their token when they are made: the keys are here.
import type {KubeObject} from '../../api/object.ts'
import {serviceAccounts} from '../../api/resources.ts'
import type {AdmissionStep} from '../admission/contract.ts'
import {notFound} from '../errors.ts'
import type {Tokens} from './tokens.ts'

export const tokenSecretType = 'kubernetes.io/service-account-token'
const nameAnnotation = 'kubernetes.io/service-account.name'
const uidAnnotation = 'kubernetes.io/service-account.uid'

type Secret = KubeObject & {type?: string; data?: {[key: string]: string}}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export interface TokenSecretOptions {
  readonly tokens: Tokens
  readonly caCertificate: string | undefined
}

export const tokenSecretStep = ({tokens, caCertificate}: TokenSecretOptions): AdmissionStep => ({
  name: 'ServiceAccountTokenSecret',
  handles: ({kind, operation, object}) =>
    operation === 'CREATE' &&
    kind.resource.plural === 'secrets' &&
    kind.resource.group === '' &&
    (object as Secret | undefined)?.type === tokenSecretType,
  async mutate(request, context) {
    const secret = request.object as Secret
    const {namespace = ''} = request
    const annotations = secret.metadata?.annotations ?? {}
    const name = annotations[nameAnnotation] ?? ''
    if (name === '' || !secret.metadata) return
    const account = context.get(serviceAccounts, {namespace, name})
    const said = annotations[uidAnnotation] ?? ''
    if (!account) throw notFound(serviceAccounts, name)
    if (said !== '' && said !== account.metadata.uid) return
    secret.metadata.annotations = {...annotations, [uidAnnotation]: account.metadata.uid}
    const token = await tokens.signLegacy(namespace, {name, uid: account.metadata.uid}, request.name)
    secret.data = {
      ...(caCertificate ? {'ca.crt': base64(caCertificate)} : {}),
      namespace: base64(namespace),
      token: base64(token),
      ...secret.data,
    }
  },
})
