// Objects without anything but their metadata.
import type {KubeObject} from '../../api/object.ts'
import type {Shared} from '../registry/objects.ts'

export const partialOf = (object: KubeObject | Shared, version: string): Record<string, unknown> => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata,
})
