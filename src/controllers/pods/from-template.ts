// A pod as a controller makes it from a template.
import type {DeepReadonly} from '../../api/object.ts'
import type {OwnerReference, Pod, PodTemplateSpec} from '../../api/schema/types.gen.ts'

export interface PodParent {
  readonly namespace: string | undefined
  readonly name: string
}

export const podFromTemplate = (
  template: DeepReadonly<PodTemplateSpec> | undefined,
  {namespace, name}: PodParent,
  owner: OwnerReference,
): Pod => {
  const {labels, annotations, finalizers} = template?.metadata ?? {}
  return {
    metadata: {
      namespace,
      generateName: `${name}-`,
      ...(labels ? {labels: {...labels}} : {}),
      ...(annotations ? {annotations: {...annotations}} : {}),
      ...(finalizers ? {finalizers: [...finalizers]} : {}),
      ownerReferences: [owner],
    },
    spec: structuredClone(template?.spec) as NonNullable<Pod['spec']>,
  }
}
