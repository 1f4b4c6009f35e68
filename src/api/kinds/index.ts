// Every built-in kind, in the order discovery lists them. To add one: a file and a line.
import type {Kind} from '../kind.ts'
import {mutatingAdmissionPolicyKind} from './admissionregistration/mutatingadmissionpolicies.ts'
import {mutatingAdmissionPolicyBindingKind} from './admissionregistration/mutatingadmissionpolicybindings.ts'
import {mutatingWebhookConfigurationKind} from './admissionregistration/mutatingwebhookconfigurations.ts'
import {validatingAdmissionPolicyKind} from './admissionregistration/validatingadmissionpolicies.ts'
import {validatingAdmissionPolicyBindingKind} from './admissionregistration/validatingadmissionpolicybindings.ts'
import {validatingWebhookConfigurationKind} from './admissionregistration/validatingwebhookconfigurations.ts'
import {customResourceDefinitionKind} from './apiextensions/customresourcedefinitions.ts'
import {apiServiceKind} from './apiregistration/apiservices.ts'
import {controllerRevisionKind} from './apps/controllerrevisions.ts'
import {daemonSetKind} from './apps/daemonsets.ts'
import {deploymentKind} from './apps/deployments.ts'
import {replicaSetKind} from './apps/replicasets.ts'
import {statefulSetKind} from './apps/statefulsets.ts'
import {selfSubjectReviewKind} from './authentication/selfsubjectreviews.ts'
import {tokenReviewKind} from './authentication/tokenreviews.ts'
import {localSubjectAccessReviewKind} from './authorization/localsubjectaccessreviews.ts'
import {selfSubjectAccessReviewKind} from './authorization/selfsubjectaccessreviews.ts'
import {selfSubjectRulesReviewKind} from './authorization/selfsubjectrulesreviews.ts'
import {subjectAccessReviewKind} from './authorization/subjectaccessreviews.ts'
import {horizontalPodAutoscalerKind} from './autoscaling/horizontalpodautoscalers.ts'
import {horizontalPodAutoscalerV1Kind} from './autoscaling/horizontalpodautoscalers-v1.ts'
import {cronJobKind} from './batch/cronjobs.ts'
import {jobKind} from './batch/jobs.ts'
import {certificateSigningRequestKind} from './certificates/certificatesigningrequests.ts'
import {leaseKind} from './coordination/leases.ts'
import {bindingKind} from './core/bindings.ts'
import {componentStatusKind} from './core/componentstatuses.ts'
import {configMapKind} from './core/configmaps.ts'
import {endpointsKind} from './core/endpoints.ts'
import {eventKind} from './core/events.ts'
import {limitRangeKind} from './core/limitranges.ts'
import {namespaceKind} from './core/namespaces.ts'
import {nodeKind} from './core/nodes.ts'
import {persistentVolumeClaimKind} from './core/persistentvolumeclaims.ts'
import {persistentVolumeKind} from './core/persistentvolumes.ts'
import {podKind} from './core/pods.ts'
import {podTemplateKind} from './core/podtemplates.ts'
import {replicationControllerKind} from './core/replicationcontrollers.ts'
import {resourceQuotaKind} from './core/resourcequotas.ts'
import {secretKind} from './core/secrets.ts'
import {serviceAccountKind} from './core/serviceaccounts.ts'
import {serviceKind} from './core/services.ts'
import {endpointSliceKind} from './discovery/endpointslices.ts'
import {groupedEventKind} from './events/events.ts'
import {flowSchemaKind} from './flowcontrol/flowschemas.ts'
import {priorityLevelConfigurationKind} from './flowcontrol/prioritylevelconfigurations.ts'
import {ingressClassKind} from './networking/ingressclasses.ts'
import {ingressKind} from './networking/ingresses.ts'
import {ipAddressKind} from './networking/ipaddresses.ts'
import {networkPolicyKind} from './networking/networkpolicies.ts'
import {serviceCIDRKind} from './networking/servicecidrs.ts'
import {runtimeClassKind} from './node/runtimeclasses.ts'
import {podDisruptionBudgetKind} from './policy/poddisruptionbudgets.ts'
import {clusterRoleBindingKind} from './rbac/clusterrolebindings.ts'
import {clusterRoleKind} from './rbac/clusterroles.ts'
import {roleBindingKind} from './rbac/rolebindings.ts'
import {roleKind} from './rbac/roles.ts'
import {deviceClassKind} from './resource/deviceclasses.ts'
import {resourceClaimKind} from './resource/resourceclaims.ts'
import {resourceClaimTemplateKind} from './resource/resourceclaimtemplates.ts'
import {resourceSliceKind} from './resource/resourceslices.ts'
import {priorityClassKind} from './scheduling/priorityclasses.ts'
import {csiDriverKind} from './storage/csidrivers.ts'
import {csiNodeKind} from './storage/csinodes.ts'
import {csiStorageCapacityKind} from './storage/csistoragecapacities.ts'
import {storageClassKind} from './storage/storageclasses.ts'
import {volumeAttachmentKind} from './storage/volumeattachments.ts'
import {volumeAttributesClassKind} from './storage/volumeattributesclasses.ts'

export const kinds: readonly Kind[] = [
  bindingKind,
  componentStatusKind,
  configMapKind,
  endpointsKind,
  eventKind,
  limitRangeKind,
  namespaceKind,
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  podTemplateKind,
  replicationControllerKind,
  resourceQuotaKind,
  secretKind,
  serviceAccountKind,
  serviceKind,
  apiServiceKind,
  controllerRevisionKind,
  daemonSetKind,
  deploymentKind,
  replicaSetKind,
  statefulSetKind,
  groupedEventKind,
  selfSubjectReviewKind,
  tokenReviewKind,
  localSubjectAccessReviewKind,
  selfSubjectAccessReviewKind,
  selfSubjectRulesReviewKind,
  subjectAccessReviewKind,
  horizontalPodAutoscalerKind,
  horizontalPodAutoscalerV1Kind,
  cronJobKind,
  jobKind,
  certificateSigningRequestKind,
  ingressClassKind,
  ingressKind,
  ipAddressKind,
  networkPolicyKind,
  serviceCIDRKind,
  podDisruptionBudgetKind,
  clusterRoleBindingKind,
  clusterRoleKind,
  roleBindingKind,
  roleKind,
  csiDriverKind,
  csiNodeKind,
  csiStorageCapacityKind,
  storageClassKind,
  volumeAttachmentKind,
  volumeAttributesClassKind,
  mutatingAdmissionPolicyKind,
  mutatingAdmissionPolicyBindingKind,
  mutatingWebhookConfigurationKind,
  validatingAdmissionPolicyKind,
  validatingAdmissionPolicyBindingKind,
  validatingWebhookConfigurationKind,
  customResourceDefinitionKind,
  priorityClassKind,
  leaseKind,
  runtimeClassKind,
  endpointSliceKind,
  deviceClassKind,
  resourceClaimKind,
  resourceClaimTemplateKind,
  resourceSliceKind,
  flowSchemaKind,
  priorityLevelConfigurationKind,
]
