import {bool, command, duration, int, string} from '../definition.ts'

export const flags = {
  'accept-hosts': string('Regular expressions for hosts the proxy answers to.', {
    default: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$',
  }),
  'accept-paths': string('Regular expressions for paths the proxy passes on.', {default: '^.*'}),
  address: string('The IP address to listen on.', {default: '127.0.0.1'}),
  'api-prefix': string('The path under which the API is served.', {default: '/'}),
  'append-server-path': bool("Put the server's path of the kubeconfig before each path."),
  'disable-filter': bool('Pass on every request. Dangerous: any web page may use the proxy then.'),
  keepalive: duration('How often an idle connection is probed; 0: never.'),
  port: int('The port to listen on; 0: any that is free.', {short: 'p', default: 8001}),
  'reject-methods': string('Regular expressions for methods the proxy refuses.', {default: '^$'}),
  'reject-paths': string('Regular expressions for paths the proxy refuses, accepted or not.', {
    default: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
  }),
  'unix-socket': string('The Unix socket to listen on instead.', {short: 'u'}),
  www: string('Also serve the files of this folder.', {short: 'w'}),
  'www-prefix': string('The path under which the files are served.', {short: 'P', default: '/static/'}),
} as const

export const definition = command({
  usage: '[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  summary: 'Run a proxy to the Kubernetes API server',
  description:
    'Creates a proxy server between localhost and the Kubernetes API server.\n\n Requests to it carry your credentials, so it answers to local hosts only.',
  flags,
  run: async (invocation) => (await import('../verbs/proxy.ts')).proxy(invocation),
})
