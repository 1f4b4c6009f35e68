// Probes and lifecycle hooks: exactly one way to do it, and numbers that make sense.
import type {FieldErrors} from '../../../field-errors.ts'
import {httpHeaderName} from '../../../meta/names.ts'
import type {HTTPGetAction, Lifecycle, LifecycleHandler, Probe} from '../../../schema/types.gen.ts'
import {checkName, checkNonNegative, checkOneOf, checkPort, checkPortNumber, checkRequired} from '../../checks.ts'

const validateHttpGet = (action: HTTPGetAction, path: string, errors: FieldErrors): void => {
  checkRequired(action.path, `${path}.path`, errors)
  checkPort(action.port, `${path}.port`, errors)
  checkOneOf(action.scheme, ['HTTP', 'HTTPS'], `${path}.scheme`, errors)
  for (const {name} of action.httpHeaders ?? []) checkName(httpHeaderName, name, `${path}.httpHeaders`, errors)
}

interface Handler extends LifecycleHandler {
  grpc?: Probe['grpc']
}

const validateHandler = (handler: Handler, graceSeconds: number, path: string, errors: FieldErrors): void => {
  const {exec, httpGet, tcpSocket, grpc, sleep} = handler
  const checks: {readonly [field: string]: (() => void) | undefined} = {
    exec: exec && (() => exec.command?.length || errors.required(`${path}.exec.command`)),
    httpGet: httpGet && (() => validateHttpGet(httpGet, `${path}.httpGet`, errors)),
    tcpSocket: tcpSocket && (() => checkPort(tcpSocket.port, `${path}.tcpSocket.port`, errors)),
    grpc: grpc && (() => checkPortNumber(grpc.port, `${path}.grpc.port`, errors)),
    sleep: sleep && (() => validateSleep(sleep.seconds, graceSeconds, `${path}.sleep`, errors)),
  }
  const given = Object.entries(checks).filter(([, check]) => check !== undefined)
  for (const [index, [field, check]] of given.entries())
    if (index > 0) errors.forbidden(`${path}.${field}`, 'may not specify more than 1 handler type')
    else check?.()
  if (given.length === 0) errors.required(path, 'must specify a handler type')
}

const validateSleep = (seconds: number, graceSeconds: number, path: string, errors: FieldErrors): void => {
  if (seconds < 0 || seconds > graceSeconds)
    errors.invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)
}

const numbers = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

const validateProbe = (probe: Probe, path: string, errors: FieldErrors): void => {
  validateHandler(probe, 0, path, errors)
  for (const field of numbers) checkNonNegative(probe[field], `${path}.${field}`, errors)
  const grace = probe.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0)
    errors.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')
}

/** Liveness and startup: one success is enough. */
const validateRestartingProbe = (probe: Probe | undefined, path: string, errors: FieldErrors): void => {
  if (!probe) return
  validateProbe(probe, path, errors)
  if (probe.successThreshold !== 1) errors.invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')
}

const validateReadinessProbe = (probe: Probe | undefined, path: string, errors: FieldErrors): void => {
  if (!probe) return
  validateProbe(probe, path, errors)
  if (probe.terminationGracePeriodSeconds !== undefined)
    errors.invalid(
      `${path}.terminationGracePeriodSeconds`,
      probe.terminationGracePeriodSeconds,
      'must not be set for readinessProbes',
    )
}

export interface Probed {
  readonly livenessProbe?: Probe | undefined
  readonly readinessProbe?: Probe | undefined
  readonly startupProbe?: Probe | undefined
}

export const validateProbes = (container: Probed, path: string, errors: FieldErrors): void => {
  validateRestartingProbe(container.livenessProbe, `${path}.livenessProbe`, errors)
  validateReadinessProbe(container.readinessProbe, `${path}.readinessProbe`, errors)
  validateRestartingProbe(container.startupProbe, `${path}.startupProbe`, errors)
}

export interface LifecycleContext {
  readonly graceSeconds: number
  readonly osName: string | undefined
}

export const validateLifecycle = (
  lifecycle: Lifecycle | undefined,
  {graceSeconds, osName}: LifecycleContext,
  path: string,
  errors: FieldErrors,
): void => {
  if (!lifecycle) return
  if (lifecycle.postStart) validateHandler(lifecycle.postStart, graceSeconds, `${path}.postStart`, errors)
  if (lifecycle.preStop) validateHandler(lifecycle.preStop, graceSeconds, `${path}.preStop`, errors)
  if (lifecycle.stopSignal === undefined) return
  if (!osName) errors.forbidden(`${path}.stopSignal`, 'may not be set for containers with empty `spec.os.name`')
  else if (osName === 'windows' && !['SIGTERM', 'SIGKILL'].includes(lifecycle.stopSignal))
    errors.notSupported(`${path}.stopSignal`, lifecycle.stopSignal, ['SIGKILL', 'SIGTERM'])
}
