import {ingresses} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/ingress.ts'
import type {Invocation} from '../../invocation.ts'
import type {Obj} from '../../objects.ts'
import {createGenerated, oneName} from './generate.ts'

const rulePattern =
  /^(?<host>[\w*\-.]*)(?<path>\/[^=]*)=(?<service>[\w\-.]+):(?<port>[\w-]+)(?<tls>,tls(?:=(?<secret>[\w\-.]*))?)?$/
const loosePattern =
  /^(?<host>[^/=]*)(?<path>\/[^=]*)=(?<service>[^:]+):(?<port>[^,]+)(?<tls>,[^=]*(?:=(?<secret>.*))?)?$/

const portOf = (text: string): Obj => (/^\d+$/.test(text) ? {number: Number(text)} : {name: text})

interface Rule {
  readonly host: string
  readonly path: Obj
  readonly tls: boolean
  readonly secret: string
}

const parseRule = (text: string): Rule => {
  const {
    host = '',
    path = '',
    service = '',
    port = '',
    tls,
    secret = '',
  } = (rulePattern.exec(text) ?? loosePattern.exec(text))?.groups ?? {}
  const isPrefix = path.endsWith('*')
  return {
    host,
    path: {
      backend: {service: {name: service, port: portOf(port)}},
      path: isPrefix ? path.slice(0, -1) : path,
      pathType: isPrefix ? 'Prefix' : 'Exact',
    },
    tls: tls !== undefined,
    secret,
  }
}

const rulesOf = (rules: readonly Rule[]): Obj[] =>
  [...Map.groupBy(rules, ({host}) => host)].map(([host, members]) => ({
    ...(host === '' ? {} : {host}),
    http: {paths: members.map(({path}) => path)},
  }))

const tlsOf = (rules: readonly Rule[]): Obj[] => {
  const found: {hosts: string[]; secretName?: string}[] = []
  for (const {host, tls, secret} of rules) {
    if (!tls || (host === '' && secret === '')) continue
    const known = found.find(({secretName}) => (secretName ?? '') === secret)
    if (!known) found.push({hosts: host === '' ? [] : [host], ...(secret === '' ? {} : {secretName: secret})})
    else if (host !== '' && !known.hosts.includes(host)) known.hosts.push(host)
  }
  return found.map(({hosts, ...rest}) => ({...(hosts.length > 0 ? {hosts} : {}), ...rest}))
}

const annotationsOf = (list: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    list.map((text) => {
      const equals = text.indexOf('=')
      return [equals < 0 ? text : text.slice(0, equals), equals < 0 ? '' : text.slice(equals + 1)]
    }),
  )

export const createIngress = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own} = invocation
  const name = oneName(invocation)
  const backend = own['default-backend']
  if (backend === '' && own.rule.length === 0)
    throw new Error(
      'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
    )
  for (const rule of own.rule)
    if (!loosePattern.test(rule))
      throw new Error(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`)
  for (const annotation of own.annotation)
    if (!annotation.includes('='))
      throw new Error(`annotation ${annotation} is invalid and should be in format key=[value]`)
  const [service = '', port = '', ...rest] = backend.split(':')
  if (backend !== '' && (rest.length > 0 || service === '' || port === ''))
    throw new Error('default-backend should be in format servicename:serviceport')
  const rules = own.rule.map(parseRule)
  const tls = tlsOf(rules)
  await createGenerated(invocation, {
    resource: ingresses,
    failure: 'failed to create ingress: ',
    object: {
      metadata: {name, ...(own.annotation.length > 0 ? {annotations: annotationsOf(own.annotation)} : {})},
      spec: {
        ...(backend === '' ? {} : {defaultBackend: {service: {name: service, port: portOf(port)}}}),
        ...(own.class === '' ? {} : {ingressClassName: own.class}),
        ...(rules.length > 0 ? {rules: rulesOf(rules)} : {}),
        ...(tls.length > 0 ? {tls} : {}),
      },
      status: {loadBalancer: {}},
    },
  })
}
