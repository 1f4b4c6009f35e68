// Every controller of the controller manager. Adding one is a file and a line.
import type {ControllerSpec} from '../reconcile/contract.ts'
import {deploymentController} from './deployment/controller.ts'
import {endpointSliceController} from './endpoints/endpoint-slice.ts'
import {endpointsController} from './endpoints/endpoints.ts'
import {endpointSliceMirroringController} from './endpoints/mirroring.ts'
import {garbageCollector} from './garbage-collector/controller.ts'
import {namespaceController} from './namespace/controller.ts'
import {replicaSetController} from './replica-set.ts'
import {replicationController} from './replication-controller.ts'
import {serviceAccountController} from './service-account.ts'

export const controllers: readonly ControllerSpec[] = [
  namespaceController,
  serviceAccountController,
  garbageCollector,
  deploymentController,
  replicaSetController,
  replicationController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
]
