import type {flags} from '../../commands/set/resources.ts'
import {missingResource} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {isMap, type Obj} from '../../objects.ts'
import {parseQuantities} from '../../quantities.ts'
import {containersOf, nameMatches, runSet} from '../../set-verb.ts'
import {Failure} from '../../usage-mistake.ts'

export const setResources = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args} = invocation
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (args.length === 0 && !hasFiles) throw new Failure(`error: ${missingResource}`)
  if (own.all && own.selector !== '') throw new Error('cannot set --all and --selector at the same time')
  if (own.limits === '' && own.requests === '')
    throw new Error('you must specify an update to requests or limits (in the form of --requests/--limits)')
  const limits = parseQuantities(own.limits)
  const requests = parseQuantities(own.requests)
  const put = (resources: Obj, part: 'limits' | 'requests', values: Record<string, string>): void => {
    if (Object.keys(values).length > 0)
      resources[part] = {...(isMap(resources[part]) ? (resources[part] as Obj) : {}), ...values}
  }
  await runSet({
    invocation,
    resources: args,
    operation: 'resource requirements updated',
    failure: 'failed to patch resources update to pod template ',
    change(object) {
      const found = containersOf(object, 'initContainers', 'containers').filter(({name}) =>
        nameMatches(own.containers, String(name)),
      )
      if (found.length === 0) throw new Error(`unable to find container named ${own.containers}`)
      for (const container of found) {
        const resources = {...(isMap(container.resources) ? container.resources : {})}
        put(resources, 'limits', limits)
        put(resources, 'requests', requests)
        container.resources = resources
      }
    },
  })
}
