// The built-in steps in Kubernetes' order. Steps that keep something between requests are made anew for each server.
import type {Random} from '../../lib/random.ts'
import {
  certificateApproval,
  certificateRequester,
  certificateRequestor,
  certificateSigning,
  certificateSubjectRestriction,
} from './certificates.ts'
import type {AdmissionStep} from './contract.ts'
import {defaultIngressClass, defaultStorageClass} from './default-class.ts'
import {defaultTolerationSeconds} from './default-toleration-seconds.ts'
import {limitRanger} from './limit-ranger.ts'
import {namespaceLifecycle} from './namespace-lifecycle.ts'
import {nodeRestriction} from './node-restriction.ts'
import {podSecurity} from './pod-security/pod-security.ts'
import {podTopologyLabels} from './pod-topology-labels.ts'
import {priority} from './priority.ts'
import {resourceQuota} from './resource-quota/resource-quota.ts'
import {runtimeClass} from './runtime-class.ts'
import {serviceAccount} from './service-account.ts'
import type {NodePortRange} from './service-allocation/node-ports.ts'
import {serviceAllocation} from './service-allocation/service-allocation.ts'
import {persistentVolumeClaimResize, storageObjectInUseProtection} from './storage-protection.ts'
import {taintNodesByCondition} from './taint-nodes-by-condition.ts'

export interface BuiltInOptions {
  readonly random?: Random
  readonly serviceCidrs?: readonly string[]
  readonly nodePorts?: NodePortRange
}

export const builtInAdmission = (options: BuiltInOptions = {}): readonly AdmissionStep[] => [
  namespaceLifecycle,
  limitRanger,
  serviceAccount(options.random),
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateRequestor,
  certificateRequester,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  serviceAllocation(options),
  resourceQuota(),
]
