// Keys and certificates on disk: made at the first start, read at every other. A file that was lost is made again.
import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {hasCode} from '../../lib/node-error.ts'
import type {Authority} from './authority.ts'
import type {KeyPair, Pki} from './contract.ts'

export interface PkiOptions {
  /** Absent: nothing is kept. */
  readonly folder?: string | undefined
  /** Names and addresses the server certificate is for, beside the usual ones. */
  readonly serverNames?: readonly string[] | undefined
}

const usualNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  '127.0.0.1',
  '::1',
]

const YEARS_DAYS = 3650

/** Reads a pair of files, or makes and keeps them. Written whole: a crash leaves the old pair or the new. */
const keptPair = async <First extends string, Second extends string>(
  folder: string | undefined,
  files: readonly [string, string],
  make: () => Promise<readonly [First, Second]>,
): Promise<readonly [string, string]> => {
  if (folder === undefined) return make()
  try {
    return [readFileSync(join(folder, files[0]), 'utf8'), readFileSync(join(folder, files[1]), 'utf8')]
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  const made = await make()
  mkdirSync(folder, {recursive: true, mode: 0o700})
  files.forEach((file, at) => {
    writeFileSync(join(folder, `${file}.tmp`), made[at] ?? '', {mode: 0o600})
    renameSync(join(folder, `${file}.tmp`), join(folder, file))
  })
  return made
}

const pairOf = ([certificate, key]: readonly [string, string]): KeyPair => ({certificate, key})
const listOf = ({certificate, key}: KeyPair): readonly [string, string] => [certificate, key]

export const openPki = async ({folder, serverNames = []}: PkiOptions = {}): Promise<Pki> => {
  const signing = (): Promise<typeof import('./authority.ts')> => import('./authority.ts')
  const ca = pairOf(
    await keptPair(folder, ['ca.crt', 'ca.key'], async () => listOf(await (await signing()).newAuthority())),
  )
  let opened: Promise<Authority> | undefined
  const authority = (): Promise<Authority> => {
    opened ??= signing().then(({Authority}) => Authority.open(ca))
    return opened
  }
  const [server, admin, tokens] = await Promise.all([
    keptPair(folder, ['apiserver.crt', 'apiserver.key'], async () =>
      listOf(await (await authority()).issueServer([...new Set([...usualNames, ...serverNames])], YEARS_DAYS)),
    ),
    keptPair(folder, ['admin.crt', 'admin.key'], async () =>
      listOf(await (await authority()).issueClient({name: 'admin', groups: ['system:masters']}, YEARS_DAYS)),
    ),
    keptPair(folder, ['sa.key', 'sa.pub'], async () => {
      const {privateKey, publicKey} = await (await signing()).newTokenKeys()
      return [privateKey, publicKey]
    }),
  ])
  return {
    caCertificate: ca.certificate,
    server: pairOf(server),
    admin: pairOf(admin),
    serviceAccount: {privateKey: tokens[0], publicKey: tokens[1]},
    issueClient: async (client, validForDays = 365) => (await authority()).issueClient(client, validForDays),
    issueServer: async (names, validForDays = 365) => (await authority()).issueServer(names, validForDays),
    sign: async (request, options) => (await authority()).sign(request, options),
  }
}
