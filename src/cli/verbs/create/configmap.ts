import {configMaps} from '../../../api/resources.ts'
import type {flags} from '../../commands/create/configmap.ts'
import {contentHash} from '../../content-hash.ts'
import type {Invocation} from '../../invocation.ts'
import {readData, textAndBinary} from './data-sources.ts'
import {createGenerated, oneName} from './generate.ts'

export const createConfigmap = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io} = invocation
  const name = oneName(invocation)
  const content = textAndBinary(readData(io, own, 'ConfigMap', name))
  const hash = own['append-hash'] ? `-${contentHash({kind: 'ConfigMap', metadata: {name}, ...content})}` : ''
  await createGenerated(invocation, {
    resource: configMaps,
    object: {...content, metadata: {name: name + hash}},
    failure: 'failed to create configmap: ',
  })
}
