// Flags every command takes, before or after its name.
import {array, bool, duration, type FlagValues, int, string} from './definition.ts'
import {type Parsed, parseFlagValue} from './flag-values.ts'

const parseFlush = (text: string): Parsed<number> => {
  const parsed = parseFlagValue(duration(''), text, 0, false) as Parsed<number>
  return parsed.ok ? parsed : {ok: false, reason: 'parse error'}
}

const checkModules = (text: string): Parsed<string> =>
  text === '' || /^[^=,]+=\d+(?:,[^=,]+=\d+)*,?$/.test(text)
    ? {ok: true, value: text}
    : {ok: false, reason: 'syntax error: expect comma-separated list of filename=N'}

const shared = {
  as: string(
    'Username to impersonate for the operation. User could be a regular user or a service account in a namespace.',
  ),
  'as-group': array('Group to act as; may be repeated.'),
  'as-uid': string('UID to act as.'),
  'as-user-extra': array('Extra attribute of the user to act as; may be repeated.'),
  'cache-dir': string('Folder for cached answers.', {default: '$HOME/.kube/cache'}),
  'certificate-authority': string('File with the certificate authority.'),
  'client-certificate': string('File with the client certificate.'),
  'client-key': string('File with the key of the client certificate.'),
  cluster: string('Cluster of the kubeconfig to talk to.'),
  context: string('Context of the kubeconfig to use.'),
  'disable-compression': bool('Ask the server for uncompressed answers.'),
  'insecure-skip-tls-verify': bool('Trust any server certificate. This makes the connection insecure.'),
  kubeconfig: string('The kubeconfig file to use.'),
  kuberc: string("File with preferences; 'off' turns them off."),
  'log-flush-frequency': duration('Longest time between writes of the log.', {default: 5000, parse: parseFlush}),
  'match-server-version': bool('Refuse to work with a server of another version.'),
  namespace: string('The namespace to work in.', {short: 'n'}),
  password: string('Password for basic authentication.'),
  'request-timeout': string('How long one request may take, such as 1s, 2m or 3h; 0: without end.', {default: '0'}),
  server: string('Address and port of the API server.', {short: 's'}),
  'tls-server-name': string("Name expected in the server's certificate; default: the host of its address."),
  token: string('Bearer token to present to the API server.'),
  user: string('User of the kubeconfig to be.'),
  username: string('Name for basic authentication.'),
  v: int('Level of the log.', {short: 'v', bits: 32}),
  vmodule: string('Level of the log for single files, as pattern=N with commas.', {check: checkModules}),
  'warnings-as-errors': bool('Exit with an error when the server sends a warning.'),
} as const

export const kubectlGlobals = {
  ...shared,
  profile: string('What to profile: none, cpu, heap, goroutine, threadcreate, block, mutex or trace.', {
    default: 'none',
  }),
  'profile-output': string('Where the profile is written.', {default: 'profile.pprof'}),
} as const

export const miniGlobals = {
  ...shared,
  profile: string('The cluster to talk to.', {shownDefault: 'mini'}),
  color: string("Colours: 'auto' (on a terminal), 'always' or 'never'.", {default: 'auto'}),
} as const

export type GlobalValues = FlagValues<typeof shared> & {readonly profile: string}
