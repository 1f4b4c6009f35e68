import type {flags} from '../../commands/set/image.ts'
import {missingResource} from '../../input/select.ts'
import type {Invocation} from '../../invocation.ts'
import {containersOf, runSet, splitSetArgs} from '../../set-verb.ts'
import {Failure} from '../../usage-mistake.ts'

export const setImage = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, args} = invocation
  const {resources, changes} = splitSetArgs(args)
  const hasFiles = own.filename.length > 0 || own.kustomize !== ''
  if (resources.length === 0 && !hasFiles) throw new Failure(`error: ${missingResource}`)
  if (own.all && own.selector !== '') throw new Error('cannot set --all and --selector at the same time')
  const [only] = resources
  if (resources.length === 1 && !only?.includes('/') && !own.all && own.selector === '')
    throw new Error('resource(s) were provided, but no name was specified')
  if (changes.length === 0 && !resources.some((arg, at) => at > 0 && resources[0]?.includes('/') && arg !== ''))
    throw new Error('at least one image update is required')
  const images = changes.map((change) => {
    const equals = change.indexOf('=')
    return {container: change.slice(0, equals), image: change.slice(equals + 1)}
  })
  await runSet({
    invocation,
    resources,
    operation: 'image updated',
    failure: 'failed to patch image update to pod template: ',
    change(object, _info, complain) {
      for (const {container, image} of images) {
        const found = containersOf(object, 'initContainers', 'containers').filter(
          ({name}) => container === '*' || name === container,
        )
        if (found.length === 0) complain(new Error(`unable to find container named ${JSON.stringify(container)}`))
        for (const one of found) one.image = image
      }
    },
  })
}
