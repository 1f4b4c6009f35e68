// A claim that needs a new volume is marked for the provisioner of its class.
import {persistentVolumeClaims} from '../../api/resources.ts'
import type {PersistentVolumeClaim, StorageClass} from '../../api/schema/types.gen.ts'
import {BETA_STORAGE_PROVISIONER, claimClass, STORAGE_PROVISIONER} from '../../api/volumes/claim.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'

const BUILT_IN = 'kubernetes.io/'

const waitingFor = (provisioner: string): string =>
  `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
  'If volume creation is delayed, please verify that the provisioner is running and correctly registered.'

export const requestProvisioning = async (
  claim: Cached<PersistentVolumeClaim>,
  storageClass: Cached<StorageClass> | undefined,
  {client, events}: ReconcileContext,
): Promise<void> => {
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io "${claimClass(claim)}" not found`
    events.record(claim, 'Warning', 'ProvisioningFailed', message)
    return
  }
  const {provisioner} = storageClass
  if (provisioner.startsWith(BUILT_IN)) {
    events.record(claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`)
    return
  }
  if (claim.metadata.annotations?.[STORAGE_PROVISIONER] !== provisioner) {
    const {metadata} = sendable(claim)
    const marks = {[BETA_STORAGE_PROVISIONER]: provisioner, [STORAGE_PROVISIONER]: provisioner}
    const annotations = {...metadata.annotations, ...marks}
    await client.update(persistentVolumeClaims, {...sendable(claim), metadata: {...metadata, annotations}})
  }
  events.record(claim, 'Normal', 'ExternalProvisioning', waitingFor(provisioner))
}
