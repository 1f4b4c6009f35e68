import {createHash} from 'node:crypto'
import type {Profile} from '../client/profile.ts'

/** The name of the profile's nftables tables: no other profile on this machine has it. */
export const proxyTable = ({folder}: Pick<Profile, 'folder'>): string =>
  `mini-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`
