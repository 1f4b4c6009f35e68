// Inside of a pod the service account is the user, where no kubeconfig says otherwise.
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Io} from '../io.ts'
import type {KubeConfig} from '../kubeconfig/kubeconfig.ts'

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Undefined outside of a pod. */
export const inClusterConfig = ({env}: Pick<Io, 'env'>, folder = FOLDER): KubeConfig | undefined => {
  const {KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port} = env
  const tokenFile = join(folder, 'token')
  if (!host || !port || !existsSync(tokenFile)) return undefined
  const namespaceFile = join(folder, 'namespace')
  const namespace = existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : ''
  const name = 'in-cluster'
  return {
    clusters: new Map([
      [
        name,
        {
          server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
          'certificate-authority': join(folder, 'ca.crt'),
        },
      ],
    ]),
    users: new Map([[name, {tokenFile}]]),
    contexts: new Map([[name, {cluster: name, user: name, ...(namespace === '' ? {} : {namespace})}]]),
    currentContext: name,
  }
}
