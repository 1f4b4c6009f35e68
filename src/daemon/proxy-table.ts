import {createHash} from 'node:crypto'
import type {Profile} from '../client/profile.ts'

/** Administrators' programs are not on every user's PATH. */
export const administratorsPath = (path: string): string => `${path}:/usr/sbin:/sbin`

/** The name of the profile's nftables tables: no other profile on this machine has it. */
export const proxyTable = ({folder}: Pick<Profile, 'folder'>): string =>
  `mini-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`
