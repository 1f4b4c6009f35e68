// Pod specs as Go writes them: see go-struct.ts. A line is a type; a word is a field: its API name (Go's name is the same
// with a capital, or follows in brackets), then what stands for an absent value: `=s` an empty string, `=0`, `=f` false,
// `:Type`, `:*Type`, `:[]Type`; nothing for null.
import type {Field} from './go-struct.ts'

const types: {readonly [type: string]: string} = {
  PodSpec: `volumes:[]Volume initContainers:[]Container containers:[]Container ephemeralContainers restartPolicy=s
    terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy(DNSPolicy)=s nodeSelector serviceAccountName=s
    automountServiceAccountToken nodeName=s securityContext:*PodSecurityContext imagePullSecrets:[]LocalObjectReference
    hostname=s subdomain=s setHostnameAsFQDN affinity schedulerName=s tolerations:[]Toleration hostAliases:[]HostAlias
    priorityClassName=s priority preemptionPolicy dnsConfig(DNSConfig):*PodDNSConfig readinessGates:[]PodReadinessGate
    runtimeClassName overhead enableServiceLinks topologySpreadConstraints os(OS):*LocalObjectReference
    schedulingGates:[]LocalObjectReference resourceClaims resources:*ResourceRequirements hostnameOverride`,
  PodSecurityContext: `hostNetwork=f hostPID=f hostIPC=f shareProcessNamespace hostUsers seLinuxOptions(SELinuxOptions)
    windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup(FSGroup)
    fsGroupChangePolicy(FSGroupChangePolicy) sysctls seccompProfile:*SeccompProfile appArmorProfile
    seLinuxChangePolicy(SELinuxChangePolicy)`,
  LocalObjectReference: 'name=s',
  PodReadinessGate: 'conditionType=s',
  HostAlias: 'ip(IP)=s hostnames',
  PodDNSConfig: 'nameservers searches options:[]PodDNSConfigOption',
  PodDNSConfigOption: 'name=s value',
  Container: `name=s image=s command args workingDir=s ports:[]ContainerPort envFrom:[]EnvFromSource env:[]EnvVar
    resources:ResourceRequirements resizePolicy:[]ContainerResizePolicy restartPolicy restartPolicyRules
    volumeMounts:[]VolumeMount volumeDevices:[]VolumeDevice livenessProbe:*Probe readinessProbe:*Probe startupProbe:*Probe
    lifecycle:*Lifecycle terminationMessagePath=s terminationMessagePolicy=s imagePullPolicy=s
    securityContext:*SecurityContext stdin=f stdinOnce=f tty(TTY)=f`,
  ContainerPort: 'name=s hostPort=0 containerPort=0 protocol=s hostIP=s',
  ContainerResizePolicy: 'resourceName=s restartPolicy=s',
  EnvVar: 'name=s value=s valueFrom:*EnvVarSource',
  EnvVarSource: `fieldRef:*ObjectFieldSelector resourceFieldRef:*ResourceFieldSelector configMapKeyRef:*KeySelector
    secretKeyRef:*KeySelector fileKeyRef`,
  ObjectFieldSelector: 'apiVersion(APIVersion)=s fieldPath=s',
  ResourceFieldSelector: 'containerName=s resource=s divisor=q',
  KeySelector: 'name=s key=s optional',
  EnvFromSource: 'prefix=s configMapRef:*EnvSource secretRef:*EnvSource',
  EnvSource: 'name=s optional',
  ResourceRequirements: 'limits requests claims',
  VolumeMount: 'name=s readOnly=f recursiveReadOnly mountPath=s subPath=s mountPropagation subPathExpr=s',
  VolumeDevice: 'name=s devicePath=s',
  Probe: `exec:*ExecAction httpGet(HTTPGet):*HTTPGetAction tcpSocket(TCPSocket):*TCPSocketAction grpc(GRPC):*GRPCAction
    initialDelaySeconds=0 timeoutSeconds=0 periodSeconds=0 successThreshold=0 failureThreshold=0
    terminationGracePeriodSeconds`,
  ExecAction: 'command',
  HTTPGetAction: 'path=s port=0 host=s scheme=s httpHeaders(HTTPHeaders)',
  TCPSocketAction: 'port=0 host=s',
  GRPCAction: 'port=0 service',
  Lifecycle: 'postStart:*LifecycleHandler preStop:*LifecycleHandler stopSignal',
  LifecycleHandler: `exec:*ExecAction httpGet(HTTPGet):*HTTPGetAction tcpSocket(TCPSocket):*TCPSocketAction
    sleep:*SleepAction`,
  SleepAction: 'seconds=0',
  Volume: `name=s hostPath:*HostPath emptyDir:*EmptyDir gcePersistentDisk(GCEPersistentDisk)
    awsElasticBlockStore(AWSElasticBlockStore) gitRepo secret:*SecretVolume nfs(NFS) iscsi(ISCSI) glusterfs
    persistentVolumeClaim:*ClaimVolume rbd(RBD) quobyte flexVolume cinder cephfs(CephFS) flocker
    downwardAPI:*DownwardAPIVolume fc(FC) azureFile configMap:*ConfigMapVolume vsphereVolume azureDisk
    photonPersistentDisk projected:*ProjectedVolume portworxVolume scaleIO storageos(StorageOS) csi(CSI) ephemeral image`,
  HostPath: 'path=s type',
  EmptyDir: 'medium=s sizeLimit',
  SecretVolume: 'secretName=s items:[]KeyToPath defaultMode optional',
  ConfigMapVolume: 'name=s items:[]KeyToPath defaultMode optional',
  ClaimVolume: 'claimName=s readOnly=f',
  KeyToPath: 'key=s path=s mode',
  DownwardAPIVolume: 'items:[]DownwardAPIFile defaultMode',
  DownwardAPIFile: 'path=s fieldRef:*ObjectFieldSelector resourceFieldRef:*ResourceFieldSelector mode',
  ProjectedVolume: 'sources:[]VolumeProjection defaultMode',
  VolumeProjection: `secret:*FileProjection downwardAPI:*DownwardAPIProjection configMap:*FileProjection
    serviceAccountToken:*TokenProjection clusterTrustBundle podCertificate`,
  FileProjection: 'name=s items:[]KeyToPath optional',
  DownwardAPIProjection: 'items:[]DownwardAPIFile',
  TokenProjection: 'audience=s expirationSeconds=0 path=s',
}

const zeros: {readonly [sign: string]: Field[2]} = {'=s': '', '=0': 0, '=f': false, '=q': '0'}

const fieldOf = (word: string): Field => {
  const [, name = '', goName, absent = ''] = /^(\w+)(?:\((\w+)\))?(.*)$/.exec(word) ?? []
  const type = absent.slice(1)
  const zero =
    zeros[absent] ?? (absent === '' ? null : type.startsWith('[]') ? {listOf: type.slice('[]'.length)} : {of: type})
  return [goName ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`, name, zero]
}

export const podStructs: {readonly [type: string]: readonly Field[]} = Object.fromEntries(
  Object.entries(types).map(([type, words]) => [type, words.split(/\s+/).map(fieldOf)]),
)
