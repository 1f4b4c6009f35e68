import type {Kind} from '../../api/kind.ts'
import type {Backend} from '../backend.ts'
import {listEntries} from '../registry/list.ts'
import type {Call} from '../request/call.ts'
import {listOptions} from '../request/list-options.ts'
import {selectionOf} from '../request/selection.ts'
import type {Answer} from '../respond/answer.ts'

export const list = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const options = listOptions(call.info.query, false)
  const selection = selectionOf(call, kind)
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const {entries, metadata} = await listEntries(backend, kind, {...options, namespace, selection})
  return {type: 'list', kind, entries, metadata}
}
