// Says of each policy which generation of it was looked at.
import {validatingAdmissionPolicies} from '../api/resources.ts'
import {type ControllerSpec, watching} from '../reconcile/contract.ts'

export const validatingAdmissionPolicyStatus: ControllerSpec = {
  name: 'validatingadmissionpolicy-status-controller',
  identity: 'validatingadmissionpolicy-status-controller',
  watches: [watching({resource: validatingAdmissionPolicies})],
  reconcile: async (name, {cache, client}) => {
    const policy = cache(validatingAdmissionPolicies).getByKey(name)
    const generation = policy?.metadata.generation
    if (!policy || generation === undefined || policy.status?.observedGeneration === generation) return
    const body = {status: {observedGeneration: generation, typeChecking: {}}}
    await client.patch(validatingAdmissionPolicies, {name}, {type: 'merge', body}, {subresource: 'status'})
  },
}
