// Admission that users configure, in its order: policies and webhooks that change, then those that judge.
import type {KindTable} from '../../kind-table.ts'
import type {AdmissionStep} from '../contract.ts'
import {mutatingPolicies} from './mutating-policies.ts'
import {validatingPolicies} from './validating-policies.ts'
import {mutatingWebhooks, validatingWebhooks} from './webhooks.ts'

export const dynamicAdmission = (kinds: KindTable): readonly AdmissionStep[] => [
  mutatingPolicies(kinds),
  mutatingWebhooks(kinds),
  validatingPolicies(kinds),
  validatingWebhooks(kinds),
]
