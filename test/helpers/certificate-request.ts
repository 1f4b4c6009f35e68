// A PEM certificate request, in base64 as CertificateSigningRequest.spec.request wants it.
import 'reflect-metadata'
import {Pkcs10CertificateRequestGenerator} from '@peculiar/x509'

export const certificateRequest = async (subject = 'CN=someone,O=test'): Promise<string> => {
  const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'}
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({name: subject, keys, signingAlgorithm: algorithm})
  return Buffer.from(request.toString('pem')).toString('base64')
}
