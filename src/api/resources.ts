// Every built-in resource by name. Light: see resource.ts. What the server knows of each kind is in kinds/.
import type {KubeObject} from './object.ts'
import type {Resource} from './resource.ts'
import type {
  APIService,
  Binding,
  CertificateSigningRequest,
  ClusterRole,
  ClusterRoleBinding,
  ComponentStatus,
  ConfigMap,
  ControllerRevision,
  CoreEvent,
  CronJob,
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  CustomResourceDefinition,
  DaemonSet,
  Deployment,
  DeviceClass,
  EndpointSlice,
  Endpoints,
  EventsEvent,
  FlowSchema,
  HorizontalPodAutoscaler,
  Ingress,
  IngressClass,
  IPAddress,
  Job,
  Lease,
  LimitRange,
  LocalSubjectAccessReview,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration,
  Namespace,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  PodTemplate,
  PriorityClass,
  PriorityLevelConfiguration,
  ReplicaSet,
  ReplicationController,
  ResourceClaimTemplate,
  ResourceQuota,
  ResourceResourceClaim,
  ResourceSlice,
  Role,
  RoleBinding,
  RuntimeClass,
  Secret,
  SelfSubjectAccessReview,
  SelfSubjectReview,
  SelfSubjectRulesReview,
  Service,
  ServiceAccount,
  ServiceCIDR,
  StatefulSet,
  StorageClass,
  SubjectAccessReview,
  TokenReview,
  V2HorizontalPodAutoscaler,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
  VolumeAttachment,
  VolumeAttributesClass,
} from './schema/types.gen.ts'

const resource = <T extends KubeObject>(
  group: string,
  version: string,
  kind: string,
  differs: Partial<Omit<Resource<T>, 'group' | 'version' | 'kind'>> = {},
): Resource<T> => {
  const singular = kind.toLowerCase()
  return {
    group,
    version,
    kind,
    singular,
    plural: `${singular}s`,
    shortNames: [],
    categories: [],
    namespaced: true,
    ...differs,
  }
}

export const bindings = resource<Binding>('', 'v1', 'Binding')
export const componentStatuses = resource<ComponentStatus>('', 'v1', 'ComponentStatus', {
  namespaced: false,
  plural: 'componentstatuses',
  shortNames: ['cs'],
})
export const configMaps = resource<ConfigMap>('', 'v1', 'ConfigMap', {shortNames: ['cm']})
export const endpoints = resource<Endpoints>('', 'v1', 'Endpoints', {plural: 'endpoints', shortNames: ['ep']})
export const events = resource<CoreEvent>('', 'v1', 'Event', {shortNames: ['ev']})
export const limitRanges = resource<LimitRange>('', 'v1', 'LimitRange', {shortNames: ['limits']})
export const namespaces = resource<Namespace>('', 'v1', 'Namespace', {namespaced: false, shortNames: ['ns']})
export const nodes = resource<Node>('', 'v1', 'Node', {namespaced: false, shortNames: ['no']})
export const persistentVolumeClaims = resource<PersistentVolumeClaim>('', 'v1', 'PersistentVolumeClaim', {
  shortNames: ['pvc'],
})
export const persistentVolumes = resource<PersistentVolume>('', 'v1', 'PersistentVolume', {
  namespaced: false,
  shortNames: ['pv'],
})
export const pods = resource<Pod>('', 'v1', 'Pod', {shortNames: ['po'], categories: ['all']})
export const podTemplates = resource<PodTemplate>('', 'v1', 'PodTemplate')
export const replicationControllers = resource<ReplicationController>('', 'v1', 'ReplicationController', {
  shortNames: ['rc'],
  categories: ['all'],
})
export const resourceQuotas = resource<ResourceQuota>('', 'v1', 'ResourceQuota', {shortNames: ['quota']})
export const secrets = resource<Secret>('', 'v1', 'Secret')
export const serviceAccounts = resource<ServiceAccount>('', 'v1', 'ServiceAccount', {shortNames: ['sa']})
export const services = resource<Service>('', 'v1', 'Service', {shortNames: ['svc'], categories: ['all']})
export const apiServices = resource<APIService>('apiregistration.k8s.io', 'v1', 'APIService', {
  namespaced: false,
  categories: ['api-extensions'],
})
export const controllerRevisions = resource<ControllerRevision>('apps', 'v1', 'ControllerRevision')
export const daemonSets = resource<DaemonSet>('apps', 'v1', 'DaemonSet', {shortNames: ['ds'], categories: ['all']})
export const deployments = resource<Deployment>('apps', 'v1', 'Deployment', {
  shortNames: ['deploy'],
  categories: ['all'],
})
export const replicaSets = resource<ReplicaSet>('apps', 'v1', 'ReplicaSet', {shortNames: ['rs'], categories: ['all']})
export const statefulSets = resource<StatefulSet>('apps', 'v1', 'StatefulSet', {
  shortNames: ['sts'],
  categories: ['all'],
})
export const groupedEvents = resource<EventsEvent>('events.k8s.io', 'v1', 'Event', {shortNames: ['ev']})
export const selfSubjectReviews = resource<SelfSubjectReview>('authentication.k8s.io', 'v1', 'SelfSubjectReview', {
  namespaced: false,
})
export const tokenReviews = resource<TokenReview>('authentication.k8s.io', 'v1', 'TokenReview', {namespaced: false})
export const localSubjectAccessReviews = resource<LocalSubjectAccessReview>(
  'authorization.k8s.io',
  'v1',
  'LocalSubjectAccessReview',
)
export const selfSubjectAccessReviews = resource<SelfSubjectAccessReview>(
  'authorization.k8s.io',
  'v1',
  'SelfSubjectAccessReview',
  {namespaced: false},
)
export const selfSubjectRulesReviews = resource<SelfSubjectRulesReview>(
  'authorization.k8s.io',
  'v1',
  'SelfSubjectRulesReview',
  {namespaced: false},
)
export const subjectAccessReviews = resource<SubjectAccessReview>('authorization.k8s.io', 'v1', 'SubjectAccessReview', {
  namespaced: false,
})
export const horizontalPodAutoscalers = resource<V2HorizontalPodAutoscaler>(
  'autoscaling',
  'v2',
  'HorizontalPodAutoscaler',
  {shortNames: ['hpa'], categories: ['all']},
)
export const horizontalPodAutoscalersV1 = resource<HorizontalPodAutoscaler>(
  'autoscaling',
  'v1',
  'HorizontalPodAutoscaler',
  {shortNames: ['hpa'], categories: ['all']},
)
export const cronJobs = resource<CronJob>('batch', 'v1', 'CronJob', {shortNames: ['cj'], categories: ['all']})
export const jobs = resource<Job>('batch', 'v1', 'Job', {categories: ['all']})
export const certificateSigningRequests = resource<CertificateSigningRequest>(
  'certificates.k8s.io',
  'v1',
  'CertificateSigningRequest',
  {namespaced: false, shortNames: ['csr']},
)
export const ingressClasses = resource<IngressClass>('networking.k8s.io', 'v1', 'IngressClass', {
  namespaced: false,
  plural: 'ingressclasses',
})
export const ingresses = resource<Ingress>('networking.k8s.io', 'v1', 'Ingress', {
  plural: 'ingresses',
  shortNames: ['ing'],
})
export const ipAddresses = resource<IPAddress>('networking.k8s.io', 'v1', 'IPAddress', {
  namespaced: false,
  plural: 'ipaddresses',
  shortNames: ['ip'],
})
export const networkPolicies = resource<NetworkPolicy>('networking.k8s.io', 'v1', 'NetworkPolicy', {
  plural: 'networkpolicies',
  shortNames: ['netpol'],
})
export const serviceCIDRs = resource<ServiceCIDR>('networking.k8s.io', 'v1', 'ServiceCIDR', {namespaced: false})
export const podDisruptionBudgets = resource<PodDisruptionBudget>('policy', 'v1', 'PodDisruptionBudget', {
  shortNames: ['pdb'],
})
export const clusterRoleBindings = resource<ClusterRoleBinding>(
  'rbac.authorization.k8s.io',
  'v1',
  'ClusterRoleBinding',
  {namespaced: false},
)
export const clusterRoles = resource<ClusterRole>('rbac.authorization.k8s.io', 'v1', 'ClusterRole', {namespaced: false})
export const roleBindings = resource<RoleBinding>('rbac.authorization.k8s.io', 'v1', 'RoleBinding')
export const roles = resource<Role>('rbac.authorization.k8s.io', 'v1', 'Role')
export const csiDrivers = resource<CSIDriver>('storage.k8s.io', 'v1', 'CSIDriver', {namespaced: false})
export const csiNodes = resource<CSINode>('storage.k8s.io', 'v1', 'CSINode', {namespaced: false})
export const csiStorageCapacities = resource<CSIStorageCapacity>('storage.k8s.io', 'v1', 'CSIStorageCapacity', {
  plural: 'csistoragecapacities',
})
export const storageClasses = resource<StorageClass>('storage.k8s.io', 'v1', 'StorageClass', {
  namespaced: false,
  plural: 'storageclasses',
  shortNames: ['sc'],
})
export const volumeAttachments = resource<VolumeAttachment>('storage.k8s.io', 'v1', 'VolumeAttachment', {
  namespaced: false,
})
export const volumeAttributesClasses = resource<VolumeAttributesClass>(
  'storage.k8s.io',
  'v1',
  'VolumeAttributesClass',
  {namespaced: false, plural: 'volumeattributesclasses', shortNames: ['vac']},
)
export const mutatingAdmissionPolicies = resource<MutatingAdmissionPolicy>(
  'admissionregistration.k8s.io',
  'v1',
  'MutatingAdmissionPolicy',
  {namespaced: false, plural: 'mutatingadmissionpolicies', categories: ['api-extensions']},
)
export const mutatingAdmissionPolicyBindings = resource<MutatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io',
  'v1',
  'MutatingAdmissionPolicyBinding',
  {namespaced: false, categories: ['api-extensions']},
)
export const mutatingWebhookConfigurations = resource<MutatingWebhookConfiguration>(
  'admissionregistration.k8s.io',
  'v1',
  'MutatingWebhookConfiguration',
  {namespaced: false, categories: ['api-extensions']},
)
export const validatingAdmissionPolicies = resource<ValidatingAdmissionPolicy>(
  'admissionregistration.k8s.io',
  'v1',
  'ValidatingAdmissionPolicy',
  {namespaced: false, plural: 'validatingadmissionpolicies', categories: ['api-extensions']},
)
export const validatingAdmissionPolicyBindings = resource<ValidatingAdmissionPolicyBinding>(
  'admissionregistration.k8s.io',
  'v1',
  'ValidatingAdmissionPolicyBinding',
  {namespaced: false, categories: ['api-extensions']},
)
export const validatingWebhookConfigurations = resource<ValidatingWebhookConfiguration>(
  'admissionregistration.k8s.io',
  'v1',
  'ValidatingWebhookConfiguration',
  {namespaced: false, categories: ['api-extensions']},
)
export const customResourceDefinitions = resource<CustomResourceDefinition>(
  'apiextensions.k8s.io',
  'v1',
  'CustomResourceDefinition',
  {namespaced: false, shortNames: ['crd', 'crds'], categories: ['api-extensions']},
)
export const priorityClasses = resource<PriorityClass>('scheduling.k8s.io', 'v1', 'PriorityClass', {
  namespaced: false,
  plural: 'priorityclasses',
  shortNames: ['pc'],
})
export const leases = resource<Lease>('coordination.k8s.io', 'v1', 'Lease')
export const runtimeClasses = resource<RuntimeClass>('node.k8s.io', 'v1', 'RuntimeClass', {
  namespaced: false,
  plural: 'runtimeclasses',
})
export const endpointSlices = resource<EndpointSlice>('discovery.k8s.io', 'v1', 'EndpointSlice')
export const deviceClasses = resource<DeviceClass>('resource.k8s.io', 'v1', 'DeviceClass', {
  namespaced: false,
  plural: 'deviceclasses',
})
export const resourceClaims = resource<ResourceResourceClaim>('resource.k8s.io', 'v1', 'ResourceClaim')
export const resourceClaimTemplates = resource<ResourceClaimTemplate>('resource.k8s.io', 'v1', 'ResourceClaimTemplate')
export const resourceSlices = resource<ResourceSlice>('resource.k8s.io', 'v1', 'ResourceSlice', {namespaced: false})
export const flowSchemas = resource<FlowSchema>('flowcontrol.apiserver.k8s.io', 'v1', 'FlowSchema', {namespaced: false})
export const priorityLevelConfigurations = resource<PriorityLevelConfiguration>(
  'flowcontrol.apiserver.k8s.io',
  'v1',
  'PriorityLevelConfiguration',
  {namespaced: false},
)
