// Defaults of containers of every sort.
import type {Container, EnvVar, EphemeralContainer, HTTPGetAction, Lifecycle, Probe} from '../../../schema/types.gen.ts'
import {defaultPullPolicy} from '../../image-name.ts'

type AnyContainer = Container | EphemeralContainer

const defaultHttpGet = (action: HTTPGetAction | undefined): void => {
  if (!action) return
  action.path ||= '/'
  action.scheme ||= 'HTTP'
}

const defaultProbe = (probe: Probe | undefined): void => {
  if (!probe) return
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  defaultHttpGet(probe.httpGet)
}

const defaultLifecycle = (lifecycle: Lifecycle | undefined): void => {
  defaultHttpGet(lifecycle?.postStart?.httpGet)
  defaultHttpGet(lifecycle?.preStop?.httpGet)
}

const defaultEnv = (env: readonly EnvVar[] | undefined): void => {
  for (const {valueFrom} of env ?? []) if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1'
}

export const defaultContainer = (container: AnyContainer): void => {
  container.imagePullPolicy ||= defaultPullPolicy(container.image)
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  container.resources ??= {}
  for (const port of container.ports ?? []) port.protocol ||= 'TCP'
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) defaultProbe(probe)
  defaultLifecycle(container.lifecycle)
  defaultEnv(container.env)
}
