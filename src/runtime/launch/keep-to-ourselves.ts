// A container whose volumes share mounts with this machine still has a root of its own: what is mounted for that is
// nobody else's business. Shell, run first in the container's mount namespace.
import {shellQuote} from '../shell-quote.ts'
import type {LaunchSpec} from './spec.ts'

export const keepToOurselves = ({folder}: LaunchSpec): string[] => [
  'mount --make-slave /',
  `mount --make-slave "$(findmnt --noheadings --output TARGET --target ${shellQuote(folder)})"`,
]
