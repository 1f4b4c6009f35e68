// What a describer is, and what it may ask for.
import type {KubeObject, Stored} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {Page} from './page.ts'

export interface DescribeContext {
  readonly client: ApiClient
  readonly showEvents: boolean
  readonly nowMs: number
  readonly chunkSize: number
}

export type Describe<T extends KubeObject> = (
  page: Page,
  object: Stored<T>,
  context: DescribeContext,
) => Promise<void> | void

/** A describer for objects of one kind; versions of the kind that differ have one each. */
export interface Describer {
  readonly resource: Pick<Resource, 'group' | 'kind'> & {readonly version?: string}
  readonly describe: Describe<KubeObject>
}

export const describing = <T extends KubeObject>(resource: Resource<T>, describe: Describe<T>): Describer => ({
  resource,
  describe: describe as unknown as Describe<KubeObject>,
})
