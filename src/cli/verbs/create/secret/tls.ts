import {createPrivateKey, X509Certificate} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {resolve} from 'node:path'
import {secrets} from '../../../../api/resources.ts'
import {hasCode} from '../../../../lib/node-error.ts'
import type {flags} from '../../../commands/create/secret/tls.ts'
import {contentHash} from '../../../content-hash.ts'
import type {Invocation} from '../../../invocation.ts'
import {asBase64} from '../data-sources.ts'
import {createGenerated, oneName} from '../generate.ts'

const read = (cwd: string, path: string): Buffer => {
  try {
    return readFileSync(resolve(cwd, path))
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    throw new Error(`Cannot read file ${path}, open ${path}: no such file or directory`, {cause: error})
  }
}

const checkPair = (certificate: Buffer, key: Buffer): void => {
  let parsed: X509Certificate
  try {
    parsed = new X509Certificate(certificate)
  } catch (error) {
    throw new Error('tls: failed to find any PEM data in certificate input', {cause: error})
  }
  let matches: boolean
  try {
    matches = parsed.checkPrivateKey(createPrivateKey(key))
  } catch (error) {
    throw new Error('tls: failed to find any PEM data in key input', {cause: error})
  }
  if (!matches) throw new Error('tls: private key does not match public key')
}

export const createSecretTls = async (invocation: Invocation<typeof flags>): Promise<void> => {
  const {flags: own, io} = invocation
  const name = oneName(invocation)
  if (own.key === '' || own.cert === '') throw new Error('key and cert must be specified')
  const certificate = read(io.cwd, own.cert)
  const key = read(io.cwd, own.key)
  checkPair(certificate, key)
  const content = {
    ...asBase64(
      new Map([
        ['tls.crt', certificate],
        ['tls.key', key],
      ]),
    ),
    type: 'kubernetes.io/tls',
  }
  const hash = own['append-hash'] ? `-${contentHash({kind: 'Secret', metadata: {name}, ...content})}` : ''
  await createGenerated(invocation, {
    resource: secrets,
    object: {...content, metadata: {name: name + hash}},
    failure: 'failed to create secret ',
  })
}
