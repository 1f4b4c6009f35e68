// Controllers that need to be told something of the cluster they run in.
import type {ControllerSpec} from '../reconcile/contract.ts'
import {type Authority, certificateSigner} from './certificates/signer.ts'
import {nodeIpamController} from './nodes/ipam.ts'
import {nodeLifecycleController} from './nodes/lifecycle.ts'
import {ttlController} from './nodes/ttl.ts'
import {rootCaPublisher} from './root-ca-publisher.ts'
import {serviceAccountTokens} from './service-account-tokens.ts'
import {serviceLoadBalancer} from './service-load-balancer.ts'
import {type HostPathOptions, hostPathProvisioner} from './storage/host-path.ts'

export interface ClusterFacts {
  /** PEM: what pods trust. */
  readonly caCertificate: string
  readonly authority: Authority
  /** Out of which nodes get their pods' addresses: one a family. */
  readonly podCidrs: readonly string[]
  /** Absent: no default provisioner. */
  readonly hostPath?: HostPathOptions | undefined
  /** Addresses for services of type LoadBalancer. Empty: they stay pending. */
  readonly loadBalancerPool?: readonly string[] | undefined
}

export const configuredControllers = (facts: ClusterFacts): readonly ControllerSpec[] => [
  rootCaPublisher(facts.caCertificate),
  serviceAccountTokens(facts.caCertificate),
  certificateSigner(facts.authority),
  nodeLifecycleController(),
  nodeIpamController(facts.podCidrs),
  ttlController(),
  ...(facts.hostPath ? [hostPathProvisioner(facts.hostPath)] : []),
  ...(facts.loadBalancerPool?.length ? [serviceLoadBalancer(facts.loadBalancerPool)] : []),
]
