import {secrets} from '../../../../api/resources.ts'
import type {flags} from '../../../commands/create/secret/docker-registry.ts'
import {contentHash} from '../../../content-hash.ts'
import type {Invocation} from '../../../invocation.ts'
import {asBase64, readData} from '../data-sources.ts'
import {createGenerated, oneName} from '../generate.ts'

export const createSecretDockerRegistry = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io} = invocation
  const name = oneName(invocation)
  const {'docker-username': username, 'docker-password': password, 'docker-email': email, 'docker-server': server} = own
  if (own['from-file'].length === 0 && (username === '' || password === '' || server === ''))
    throw new Error(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    )
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const config = JSON.stringify({auths: {[server]: {username, password, ...(email === '' ? {} : {email}), auth}}})
  const data =
    own['from-file'].length > 0
      ? readData(
          io,
          {
            'from-file': own['from-file'].map((file) => (file.includes('=') ? file : `.dockerconfigjson=${file}`)),
            'from-literal': [],
            'from-env-file': [],
          },
          'Secret',
          name,
        )
      : new Map([['.dockerconfigjson', Buffer.from(config)]])
  const content = {...asBase64(data), type: 'kubernetes.io/dockerconfigjson'}
  const hash = own['append-hash'] ? `-${contentHash({kind: 'Secret', metadata: {name}, ...content})}` : ''
  await createGenerated(invocation, {
    resource: secrets,
    object: {...content, metadata: {name: name + hash}},
    failure: 'failed to create secret ',
  })
}
