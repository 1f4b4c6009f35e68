// ConfigMaps, Secrets, ServiceAccounts.
import {configMaps, secrets, serviceAccounts} from '../../../api/resources.ts'
import {sortedEntries, writeHead, writeLines} from '../common.ts'
import {describing} from '../describer.ts'
import {writeEvents} from '../events.ts'

const byteLength = (base64: string): number => Buffer.from(base64, 'base64').length

export const configMapDescriber = describing(configMaps, async (page, map, context) => {
  writeHead(page, map)
  page.write(0, '\nData\n====\n')
  for (const [key, value] of sortedEntries(map.data)) page.write(0, `${key}:\n----\n${value}\n\n`)
  page.write(0, '\nBinaryData\n====\n')
  for (const [key, value] of sortedEntries(map.binaryData)) page.write(0, `${key}: ${byteLength(value)} bytes\n`)
  page.write(0, '\n')
  await writeEvents(page, map, context)
})

export const secretDescriber = describing(secrets, (page, secret) => {
  writeHead(page, secret)
  page.write(0, `\nType:\t${secret.type ?? ''}\n`)
  page.write(0, '\nData\n====\n')
  for (const [key, value] of sortedEntries(secret.data)) {
    const isToken = key === 'token' && secret.type === 'kubernetes.io/service-account-token'
    page.line(0, `${key}:`, isToken ? Buffer.from(value, 'base64').toString('utf8') : `${byteLength(value)} bytes`)
  }
})

export const serviceAccountDescriber = describing(serviceAccounts, async (page, account, context) => {
  writeHead(page, account)
  writeLines(
    page,
    'Image pull secrets',
    (account.imagePullSecrets ?? []).map(({name = ''}) => name),
  )
  await writeEvents(page, account, context)
})
