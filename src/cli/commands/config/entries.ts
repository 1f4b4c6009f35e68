import {array, bool, command, string} from '../../definition.ts'

const clusters = () => import('../../verbs/config/clusters.ts')
const users = () => import('../../verbs/config/users.ts')

export const deleteCluster = command({
  usage: 'NAME',
  summary: 'Delete the specified cluster from the kubeconfig',
  flags: {},
  run: async (invocation) => (await clusters()).deleteCluster(invocation),
})

export const getClusters = command({
  summary: 'Display clusters defined in the kubeconfig',
  flags: {},
  run: async (invocation) => (await clusters()).getClusters(invocation),
})

export const setClusterFlags = {
  'certificate-authority': string('File with the certificate authority of the cluster.'),
  'embed-certs': bool('Put the content of the certificate file into the kubeconfig.'),
  'insecure-skip-tls-verify': bool('Trust any server certificate of the cluster.'),
  'proxy-url': string('Proxy to reach the cluster through.'),
  server: string('Address of the cluster.'),
  'tls-server-name': string("Name expected in the server's certificate."),
} as const

export const setCluster = command({
  usage:
    'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  summary: 'Set a cluster entry in kubeconfig',
  description: 'Set a cluster entry in kubeconfig.\n\n What is given is put over what an entry of this name has.',
  flags: setClusterFlags,
  run: async (invocation) => (await clusters()).setCluster(invocation),
})

export const deleteUser = command({
  usage: 'NAME',
  summary: 'Delete the specified user from the kubeconfig',
  flags: {},
  run: async (invocation) => (await users()).deleteUser(invocation),
})

export const getUsers = command({
  summary: 'Display users defined in the kubeconfig',
  flags: {},
  run: async (invocation) => (await users()).getUsers(invocation),
})

export const setCredentialsFlags = {
  'auth-provider': string('Name of the auth provider.'),
  'auth-provider-arg': array("Argument of the auth provider as 'key=value'; 'key-' takes it away."),
  'client-certificate': string('File with the client certificate.'),
  'client-key': string('File with the key of the client certificate.'),
  'embed-certs': bool('Put the content of the certificate files into the kubeconfig.'),
  'exec-api-version': string('API version of the credential plugin.'),
  'exec-arg': array('Argument of the credential plugin; may be repeated.'),
  'exec-command': string('Command of the credential plugin.'),
  'exec-env': array("Variable of the credential plugin as 'key=value'; 'key-' takes it away."),
  'exec-interactive-mode': string('Whether the credential plugin may ask: Never, IfAvailable, Always.'),
  'exec-provide-cluster-info': bool('Tell the credential plugin about the cluster.'),
  password: string('Password for basic authentication.'),
  token: string('Bearer token.'),
  username: string('Name for basic authentication.'),
} as const

export const setCredentials = command({
  usage:
    'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]',
  summary: 'Set a user entry in kubeconfig',
  description: 'Set a user entry in kubeconfig.\n\n What is given is put over what an entry of this name has.',
  flags: setCredentialsFlags,
  run: async (invocation) => (await users()).setCredentials(invocation),
})
