// What a certificate signing request asks for.

// @peculiar/x509 finds its parts through this; whoever loads it first has to.
import 'reflect-metadata'
import type {DeepReadonly} from '../../api/object.ts'
import type {CertificateSigningRequest} from '../../api/schema/types.gen.ts'

export interface Asked {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly dns: readonly string[]
  readonly ip: readonly string[]
  readonly email: readonly string[]
  readonly uri: readonly string[]
}

export type SigningRequest = DeepReadonly<CertificateSigningRequest>

export const pemOf = (request: SigningRequest): string =>
  Buffer.from(String(request.spec.request), 'base64').toString('utf8')

/** Undefined for what is not a PKCS#10 request. */
export const readRequest = async (request: SigningRequest): Promise<Asked | undefined> => {
  const {Pkcs10CertificateRequest, SubjectAlternativeNameExtension} = await import('@peculiar/x509')
  try {
    const csr = new Pkcs10CertificateRequest(pemOf(request))
    const names = csr.extensions.find((each) => each instanceof SubjectAlternativeNameExtension)?.names.toJSON() ?? []
    const ofType = (...types: string[]): string[] =>
      names.filter(({type}) => types.includes(type)).map(({value}) => value)
    return {
      commonName: csr.subjectName.getField('CN')[0] ?? '',
      organizations: csr.subjectName.getField('O'),
      dns: ofType('dns'),
      ip: ofType('ip'),
      email: ofType('email'),
      uri: ofType('url', 'uri'),
    }
  } catch {
    // Admission lets only readable requests in; an unreadable one is for nobody here.
    return undefined
  }
}

export const hasCondition = ({status}: SigningRequest, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type) ?? false
