import {hasReason} from '../../api/errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {Entry} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {listEntries} from '../registry/list.ts'
import type {Call} from '../request/call.ts'
import {type DeleteOptions, deleteOptions} from '../request/delete-options.ts'
import {listOptions} from '../request/list-options.ts'
import {selectionOf} from '../request/selection.ts'
import type {Answer} from '../respond/answer.ts'
import {deleteObject} from './delete.ts'

/** Together, so that they share commits; not all at once, so that others get a turn. */
const atOnce = 100

export const deleteCollection = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const list = listOptions(call.info.query, false)
  const selection = selectionOf(call, kind)
  const options = await deleteOptions(call)
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const {entries, metadata} = await listEntries(backend, kind, {...list, namespace, selection})
  for (let from = 0; from < entries.length; from += atOnce)
    await Promise.all(
      entries.slice(from, from + atOnce).map((entry) => deleteEntry({backend, call, kind, options}, entry)),
    )
  return {type: 'list', kind, entries, metadata}
}

interface Context {
  readonly backend: Backend
  readonly call: Call
  readonly kind: Kind
  readonly options: DeleteOptions
}

const deleteEntry = async (context: Context, entry: Entry): Promise<void> => {
  const {namespace = '', name} = context.backend.objects.stored(entry).metadata
  try {
    await deleteObject({...context, namespace, name})
  } catch (error) {
    // Somebody else was faster: it is gone, which is what was asked for.
    if (!hasReason(error, 'NotFound')) throw error
  }
}
