// Claims and ingresses that name no class get the one that is marked as default.
import type {DeepReadonly, KubeObject, Stored} from '../../api/object.ts'
import {ingressClasses, storageClasses} from '../../api/resources.ts'
import type {Ingress, PersistentVolumeClaim} from '../../api/schema/types.gen.ts'
import type {AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, resourceOf} from './refuse.ts'

type Candidate = DeepReadonly<Stored<KubeObject>>

const isMarked =
  (marks: readonly string[]) =>
  (candidate: Candidate): boolean =>
    marks.some((mark) => candidate.metadata.annotations?.[mark] === 'true')

/** The newest one; of those as new the first by name. */
const newest = (candidates: readonly Candidate[]): Candidate | undefined =>
  [...candidates].sort(({metadata: a}, {metadata: b}) => {
    if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp < b.creationTimestamp ? 1 : -1
    return a.name < b.name ? -1 : 1
  })[0]

const storageMarks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const oldStorageClass = 'volume.beta.kubernetes.io/storage-class'

export const defaultStorageClass: AdmissionStep = {
  name: 'DefaultStorageClass',
  handles: (request) =>
    isWhole(request) && resourceOf(request) === 'persistentvolumeclaims' && request.operation === 'CREATE',
  mutate(request, context) {
    const {metadata, spec} = objectOf<PersistentVolumeClaim>(request)
    if (!spec || spec.storageClassName !== undefined || metadata?.annotations?.[oldStorageClass] !== undefined) return
    const found = newest(context.list(storageClasses).filter(isMarked(storageMarks)))
    if (found) spec.storageClassName = found.metadata.name
  },
}

const ingressMark = 'ingressclass.kubernetes.io/is-default-class'

export const defaultIngressClass: AdmissionStep = {
  name: 'DefaultIngressClass',
  handles: (request) =>
    isWhole(request) && resourceOf(request) === 'ingresses.networking.k8s.io' && request.operation === 'CREATE',
  mutate(request, context) {
    const {metadata, spec} = objectOf<Ingress>(request)
    if (!spec || spec.ingressClassName !== undefined) return
    if (metadata?.annotations?.['kubernetes.io/ingress.class'] !== undefined) return
    const found = newest(context.list(ingressClasses).filter(isMarked([ingressMark])))
    if (found) spec.ingressClassName = found.metadata.name
    else if (context.list(ingressClasses).filter(isMarked([ingressMark])).length > 1)
      throw forbidden(request, 'multiple default IngressClasses')
  },
}
