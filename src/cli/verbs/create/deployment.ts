import {deployments} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/deployment.ts'
import {type Invocation, usageMistake} from '../../invocation.ts'
import type {Obj} from '../../objects.ts'
import {argsAfterDash, createGenerated, oneName} from './generate.ts'

/** The last part of an image's name, as a container's name. */
export const containerName = (image: string): string => {
  const repository = (image.split('/').at(-1) ?? image).replace(/@.*$/, '').replace(/:[^:]*$/, '')
  return repository.toLowerCase().replaceAll('_', '-')
}

const uniqueNames = (images: readonly string[]): string[] => {
  const seen = new Set<string>()
  return images.map((image) => {
    let name = containerName(image)
    for (let count = 1; seen.has(name); count++) name = `${containerName(image)}-${count}`
    seen.add(name)
    return name
  })
}

export const createDeployment = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, given} = invocation
  const name = oneName(invocation)
  const command = invocation.argsBeforeDash < 0 ? [] : argsAfterDash(invocation)
  if (own.image.length > 1 && command.length > 0)
    throw usageMistake(invocation, 'cannot specify multiple --image options and command')
  if (own.replicas < 0) throw usageMistake(invocation, `invalid replicas: ${own.replicas}`)
  const names = uniqueNames(own.image)
  const containers = own.image.map(
    (image, index): Obj => ({
      image,
      name: names[index],
      resources: {},
      ...(command.length > 0 ? {command: [...command]} : {}),
      ...(index === 0 && given('port') && own.port >= 0 ? {ports: [{containerPort: own.port}]} : {}),
    }),
  )
  const labels = {app: name}
  await createGenerated(invocation, {
    resource: deployments,
    failure: 'failed to create deployment: ',
    object: {
      metadata: {labels, name},
      spec: {
        replicas: own.replicas,
        selector: {matchLabels: labels},
        strategy: {},
        template: {metadata: {labels}, spec: {containers}},
      },
      status: {},
    },
  })
}
