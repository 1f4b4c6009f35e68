/** The Kubernetes this is. */
export const kubernetesVersion = 'v1.36.2'
