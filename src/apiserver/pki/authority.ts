// The certificate authority at work. Loaded only when something is to be signed: a start with certificates on disk
// does without it.
import 'reflect-metadata'
import {createPublicKey, webcrypto} from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type {ClientName, KeyPair, SignOptions} from './contract.ts'

const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'} as const
const DAY_MS = 86_400_000
/** Clocks of clients may be a little behind ours. */
const BACKDATE_MS = 300_000

x509.cryptoProvider.set(webcrypto)

const pem = (label: string, der: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})(?!$)/g, '$1\n')}\n-----END ${label}-----\n`

const der = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64')

const privatePem = async (key: webcrypto.CryptoKey): Promise<string> =>
  pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key))

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])

const serialNumber = (): string => {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return Buffer.from(bytes).toString('hex')
}

/** Values of a name may hold anything; the attributes' order is Kubernetes': groups, then the name. */
const subject = (name: string, groups: readonly string[]): x509.JsonName => [
  ...groups.map((group) => ({O: [group]})),
  {CN: [name]},
]

export const newAuthority = async (): Promise<KeyPair> => {
  const keys = await newKeys()
  const now = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=mini-ca',
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + 3650 * DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return {certificate: `${certificate.toString('pem')}\n`, key: await privatePem(keys.privateKey)}
}

export const newTokenKeys = async (): Promise<{privateKey: string; publicKey: string}> => {
  const privateKey = await privatePem((await newKeys()).privateKey)
  return {privateKey, publicKey: createPublicKey(privateKey).export({type: 'spki', format: 'pem'}).toString()}
}

/** The names Kubernetes has for what a key may be used for. */
const keyUsages: Readonly<Record<string, number>> = {
  'digital signature': x509.KeyUsageFlags.digitalSignature,
  signing: x509.KeyUsageFlags.digitalSignature,
  'content commitment': x509.KeyUsageFlags.nonRepudiation,
  'key encipherment': x509.KeyUsageFlags.keyEncipherment,
  'key agreement': x509.KeyUsageFlags.keyAgreement,
  'data encipherment': x509.KeyUsageFlags.dataEncipherment,
  'cert sign': x509.KeyUsageFlags.keyCertSign,
  'crl sign': x509.KeyUsageFlags.cRLSign,
  'encipher only': x509.KeyUsageFlags.encipherOnly,
  'decipher only': x509.KeyUsageFlags.decipherOnly,
}

const extendedUsages: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': x509.ExtendedKeyUsage.serverAuth,
  'client auth': x509.ExtendedKeyUsage.clientAuth,
  'code signing': x509.ExtendedKeyUsage.codeSigning,
  'email protection': x509.ExtendedKeyUsage.emailProtection,
  's/mime': x509.ExtendedKeyUsage.emailProtection,
  timestamping: x509.ExtendedKeyUsage.timeStamping,
  'ocsp signing': x509.ExtendedKeyUsage.ocspSigning,
}

const usageExtensions = (usages: readonly string[]): x509.Extension[] => {
  const bits = usages.reduce((sum, usage) => sum | (keyUsages[usage] ?? 0), 0)
  const extended = usages.flatMap((usage) => extendedUsages[usage] ?? [])
  return [
    ...(bits === 0 ? [] : [new x509.KeyUsagesExtension(bits, true)]),
    ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
  ]
}

const alternativeNames = (names: readonly string[]): x509.Extension[] =>
  names.length === 0
    ? []
    : [
        new x509.SubjectAlternativeNameExtension(
          names.map((name) => ({type: /^[\d.]+$|:/.test(name) ? ('ip' as const) : ('dns' as const), value: name})),
        ),
      ]

export class Authority {
  readonly #certificate: x509.X509Certificate
  readonly #key: webcrypto.CryptoKey

  private constructor(certificate: x509.X509Certificate, key: webcrypto.CryptoKey) {
    this.#certificate = certificate
    this.#key = key
  }

  static async open({certificate, key}: KeyPair): Promise<Authority> {
    const signingKey = await webcrypto.subtle.importKey('pkcs8', der(key), algorithm, false, ['sign'])
    return new Authority(new x509.X509Certificate(certificate), signingKey)
  }

  async #issue(
    name: x509.JsonName,
    publicKey: webcrypto.CryptoKey | x509.PublicKey,
    validForMs: number,
    extensions: readonly x509.Extension[],
  ): Promise<string> {
    const now = Date.now()
    const until = Math.min(now + validForMs, this.#certificate.notAfter.getTime())
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: name,
      issuer: this.#certificate.subject,
      notBefore: new Date(now - BACKDATE_MS),
      notAfter: new Date(until),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey: this.#key,
      extensions: [
        ...extensions,
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate),
      ],
    })
    return `${certificate.toString('pem')}\n`
  }

  async issueClient({name, groups}: ClientName, validForDays: number): Promise<KeyPair> {
    const keys = await newKeys()
    const extensions = usageExtensions(['digital signature', 'key encipherment', 'client auth'])
    const certificate = await this.#issue(subject(name, groups), keys.publicKey, validForDays * DAY_MS, extensions)
    return {certificate, key: await privatePem(keys.privateKey)}
  }

  async issueServer(names: readonly string[], validForDays: number): Promise<KeyPair> {
    const keys = await newKeys()
    const extensions = [
      ...usageExtensions(['digital signature', 'key encipherment', 'server auth']),
      ...alternativeNames(names),
    ]
    const certificate = await this.#issue(
      subject(names[0] ?? 'mini', []),
      keys.publicKey,
      validForDays * DAY_MS,
      extensions,
    )
    return {certificate, key: await privatePem(keys.privateKey)}
  }

  async sign(request: string, {validForSeconds, usages}: SignOptions): Promise<string> {
    const asked = new x509.Pkcs10CertificateRequest(request)
    const names = asked.getExtension('2.5.29.17')
    return this.#issue(asked.subjectName.toJSON(), asked.publicKey, validForSeconds * 1000, [
      ...usageExtensions(usages),
      ...(names ? [names] : []),
    ])
  }
}
