// Every controller of the controller manager. Adding one is a file and a line.
import type {ControllerSpec} from '../reconcile/contract.ts'
import {bootstrapTokenCleaner} from './bootstrap-token-cleaner.ts'
import {certificateApprover} from './certificates/approver.ts'
import {certificateCleaner} from './certificates/cleaner.ts'
import {clusterRoleAggregationController} from './cluster-role-aggregation.ts'
import {cronJobController} from './cron-job/controller.ts'
import {daemonSetController} from './daemon-set/controller.ts'
import {deploymentController} from './deployment/controller.ts'
import {disruptionController} from './disruption/controller.ts'
import {endpointSliceController} from './endpoints/endpoint-slice.ts'
import {endpointsController} from './endpoints/endpoints.ts'
import {endpointSliceMirroringController} from './endpoints/mirroring.ts'
import {garbageCollector} from './garbage-collector/controller.ts'
import {horizontalPodAutoscalerController} from './horizontal-pod-autoscaler/controller.ts'
import {jobController} from './job/controller.ts'
import {namespaceController} from './namespace/controller.ts'
import {taintEvictionController} from './nodes/taint-eviction.ts'
import {podGarbageCollector} from './pod-garbage-collector.ts'
import {resourceQuotaController} from './quota/controller.ts'
import {replicaSetController} from './replica-set.ts'
import {replicationController} from './replication-controller.ts'
import {serviceAccountController} from './service-account.ts'
import {serviceCidrController} from './service-cidrs.ts'
import {statefulSetController} from './stateful-set/controller.ts'
import {persistentVolumeBinder} from './storage/binder.ts'
import {ephemeralVolumeController} from './storage/ephemeral.ts'
import {volumeExpander} from './storage/expander.ts'
import {claimProtection, volumeProtection} from './storage/protection.ts'
import {ttlAfterFinishedController} from './ttl-after-finished.ts'
import {validatingAdmissionPolicyStatus} from './validating-admission-policy-status.ts'

export const controllers: readonly ControllerSpec[] = [
  namespaceController,
  serviceAccountController,
  serviceCidrController,
  garbageCollector,
  deploymentController,
  replicaSetController,
  replicationController,
  statefulSetController,
  daemonSetController,
  jobController,
  cronJobController,
  ttlAfterFinishedController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  disruptionController,
  resourceQuotaController,
  horizontalPodAutoscalerController,
  podGarbageCollector,
  clusterRoleAggregationController,
  taintEvictionController,
  persistentVolumeBinder,
  claimProtection,
  volumeProtection,
  ephemeralVolumeController,
  volumeExpander,
  certificateApprover,
  certificateCleaner,
  bootstrapTokenCleaner,
  validatingAdmissionPolicyStatus,
]
