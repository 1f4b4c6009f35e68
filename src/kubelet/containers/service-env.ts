// The variables that tell a container about services, as Docker's links did and Kubernetes still does.
import type {DeepReadonly} from '../../api/object.ts'
import type {Service} from '../../api/schema/types.gen.ts'

const variable = (name: string): string => name.toUpperCase().replaceAll('-', '_')

const hasVip = ({spec}: DeepReadonly<Service>): boolean => !!spec?.clusterIP && spec.clusterIP !== 'None'

const variablesOf = ({metadata, spec}: DeepReadonly<Service>): [string, string][] => {
  const prefix = variable(metadata?.name ?? '')
  const ip = spec?.clusterIP ?? ''
  const ports = spec?.ports ?? []
  const [first] = ports
  const host = ip.includes(':') ? `[${ip}]` : ip
  const found: [string, string][] = [
    [`${prefix}_SERVICE_HOST`, ip],
    [`${prefix}_SERVICE_PORT`, String(first?.port ?? '')],
    ...ports.flatMap(({name, port}): [string, string][] =>
      name ? [[`${prefix}_SERVICE_PORT_${variable(name)}`, String(port)]] : [],
    ),
  ]
  ports.forEach(({port, protocol = 'TCP'}, index) => {
    const url = `${protocol.toLowerCase()}://${host}:${port}`
    const base = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`
    if (index === 0) found.push([`${prefix}_PORT`, url])
    found.push(
      [base, url],
      [`${base}_PROTO`, protocol.toLowerCase()],
      [`${base}_PORT`, String(port)],
      [`${base}_ADDR`, ip],
    )
  })
  return found
}

/** Of the pod's namespace unless it does not want them; `kubernetes` always. */
export const serviceEnv = (
  services: readonly DeepReadonly<Service>[],
  namespace: string,
  wanted: boolean,
): readonly (readonly [string, string])[] =>
  services
    .filter(hasVip)
    .filter(({metadata}) =>
      metadata?.namespace === 'default' && metadata.name === 'kubernetes'
        ? true
        : wanted && metadata?.namespace === namespace,
    )
    .flatMap(variablesOf)
