// What a signer may write as a certificate: PEM blocks of certificates and nothing in their heads.
import {X509Certificate} from 'node:crypto'

const block = /-----BEGIN ([^-\n]*)-----\r?\n([\s\S]*?)-----END \1-----/g

const blockProblem = (type: string, content: string): string | undefined => {
  if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`
  if (content.includes(':')) return 'no PEM block headers are permitted'
  try {
    new X509Certificate(Buffer.from(content, 'base64'))
    return undefined
  } catch {
    return 'x509: malformed certificate'
  }
}

/** What is wrong with the certificate of a status, given as base64; undefined when nothing is. */
export const certificateProblem = (base64: string): string | undefined => {
  const blocks = [...Buffer.from(base64, 'base64').toString('latin1').matchAll(block)]
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block'
  for (const [, type = '', content = ''] of blocks) {
    const problem = blockProblem(type, content)
    if (problem !== undefined) return problem
  }
  return undefined
}
