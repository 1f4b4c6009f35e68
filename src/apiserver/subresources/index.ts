// Subresources that are more than a part of their object. To add one: a file and a line.
import type {Kind, Subresource} from '../../api/kind.ts'
import type {Backend} from '../backend.ts'
import type {Call} from '../request/call.ts'
import type {Answer} from '../respond/answer.ts'
import {bindPod} from './binding.ts'
import {evict} from './eviction.ts'
import {podLog, upgradeRequired} from './kubelet.ts'
import {proxy} from './proxy.ts'
import {scaleObject} from './scale.ts'
import {createToken} from './token.ts'

export type SubresourceHandler = (backend: Backend, call: Call, kind: Kind, rules: Subresource) => Promise<Answer>

export const subresourceHandlers: Readonly<Record<string, SubresourceHandler>> = {
  scale: scaleObject,
  'nodes/proxy': proxy,
  'pods/attach': upgradeRequired,
  'pods/binding': bindPod,
  'pods/eviction': evict,
  'pods/exec': upgradeRequired,
  'pods/log': podLog,
  'pods/portforward': upgradeRequired,
  'pods/proxy': proxy,
  'services/proxy': proxy,
  'serviceaccounts/token': createToken,
}
