// Who may write which half of an object: its main path never the status, the status path nothing else.
import type {KubeObject} from '../../api/object.ts'
import {copyOf} from '../registry/freeze.ts'

type WithStatus = KubeObject & {status?: unknown}

export const keepStatus = (object: WithStatus, old: WithStatus): void => {
  if (old.status === undefined) delete object.status
  else object.status = copyOf(old.status)
}

/** Only status and metadata are the writer's. (A custom resource keeps its metadata too: its kind sees to that.) */
export const keepSpec = (object: WithStatus, old: WithStatus): void => {
  const {status} = object
  const fields = object as Record<string, unknown>
  for (const key of Object.keys(fields)) if (key !== 'metadata') delete fields[key]
  for (const [key, value] of Object.entries(old))
    if (key !== 'metadata' && key !== 'status') fields[key] = copyOf(value)
  if (status !== undefined) fields.status = status
}
