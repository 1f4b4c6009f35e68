import {secrets} from '../../../../api/resources.ts'
import type {flags} from '../../../commands/create/secret/generic.ts'
import {contentHash} from '../../../content-hash.ts'
import type {Invocation} from '../../../invocation.ts'
import {asBase64, readData} from '../data-sources.ts'
import {createGenerated, oneName} from '../generate.ts'

export const createSecretGeneric = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io} = invocation
  const name = oneName(invocation)
  const content = {...asBase64(readData(io, own, 'Secret', name)), ...(own.type === '' ? {} : {type: own.type})}
  const hash = own['append-hash'] ? `-${contentHash({kind: 'Secret', metadata: {name}, ...content})}` : ''
  await createGenerated(invocation, {
    resource: secrets,
    object: {...content, metadata: {name: name + hash}},
    failure: 'failed to create secret ',
  })
}
