// Every controller of the controller manager. Adding one is a file and a line.
import type {ControllerSpec} from '../reconcile/contract.ts'
import {deploymentController} from './deployment/controller.ts'
import {replicaSetController} from './replica-set.ts'
import {replicationController} from './replication-controller.ts'

export const controllers: readonly ControllerSpec[] = [
  deploymentController,
  replicaSetController,
  replicationController,
]
