// How tables write what volumes and claims have in common.
import type {KubeObject} from '../../object.ts'

const shortModes: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

/** `RWO,ROX`, in the order of the table above. */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  Object.keys(shortModes)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => shortModes[mode])
    .join(',')

export const storageClassOf = (
  object: KubeObject & {spec?: {storageClassName?: string | undefined} | undefined},
): string =>
  object.metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? object.spec?.storageClassName ?? ''

export const phaseText = (object: KubeObject & {status?: {phase?: string | undefined} | undefined}): string =>
  object.metadata?.deletionTimestamp ? 'Terminating' : (object.status?.phase ?? '')
