// The cluster's own certificate authority and what it signed at birth. PEM throughout.

export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

export interface ClientName {
  readonly name: string
  readonly groups: readonly string[]
}

export interface Pki {
  /** The certificate of the cluster's authority: what clients and pods trust. */
  readonly caCertificate: string
  /** Serves localhost, 127.0.0.1, the kubernetes service and its address. */
  readonly server: KeyPair
  /** `admin` in system:masters: for kubeconfig files. */
  readonly admin: KeyPair
  /** Signs service-account tokens (ES256). */
  readonly serviceAccount: {readonly privateKey: string; readonly publicKey: string}
  /** A client certificate signed by the authority. */
  issueClient(client: ClientName, validForDays?: number): Promise<KeyPair>
  /** A serving certificate signed by the authority, for names and addresses. */
  issueServer(names: readonly string[], validForDays?: number): Promise<KeyPair>
  /** Signs a PKCS#10 request: what the certificates API's signers need. */
  sign(request: string, options: SignOptions): Promise<string>
}

export interface SignOptions {
  readonly validForSeconds: number
  readonly usages: readonly string[]
}
