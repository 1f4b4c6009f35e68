import {deployments} from '../../../api/resources.ts'
import {type Random, safeName, systemRandom} from '../../../lib/random.ts'
import type {flags} from '../../commands/create/deployment.ts'
import type {Invocation} from '../../invocation.ts'
import type {Obj} from '../../objects.ts'
import {argsAfterDash, createGenerated, oneName} from './generate.ts'

/** The last part of an image's name; where that is no name for a container it is bent into one, made unique by chance. */
export const containerName = (image: string, random: Random = systemRandom): string => {
  const repository = (image.split('/').at(-1) ?? image).replace(/[:@].*$/, '')
  return /[_.]/.test(repository) ? `${repository.replaceAll(/[_.]/g, '-')}-${safeName(random, 5)}` : repository
}

export const createDeployment = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, given} = invocation
  const name = oneName(invocation)
  const command = invocation.argsBeforeDash < 0 ? [] : argsAfterDash(invocation)
  if (own.image.length > 1 && command.length > 0) throw new Error('cannot specify multiple --image options and command')
  const containers = own.image.map(
    (image, index): Obj => ({
      image,
      name: containerName(image),
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
