// A certificate request as PEM: whether it is one, and whom it is for.
import {Pkcs10CertificateRequest} from '@peculiar/x509'

const pemType = 'CERTIFICATE REQUEST'

const parse = (base64: string): Pkcs10CertificateRequest | undefined => {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  if (!text.includes(`-----BEGIN ${pemType}-----`)) return undefined
  try {
    return new Pkcs10CertificateRequest(text)
  } catch {
    return undefined
  }
}

/** What is wrong with the bytes; undefined when they are a request. */
export const requestProblem = (base64: string): string | undefined => {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  if (!new RegExp(`^\\s*-----BEGIN ${pemType}-----`, 'm').test(text)) return `PEM block type must be ${pemType}`
  return parse(base64) ? undefined : 'asn1: structure error'
}

export const subjectOrganizations = (base64: string): readonly string[] =>
  parse(base64)?.subjectName.getField('O') ?? []
