import {addressText, parseCidr} from '../api/meta/ip.ts'
import {UsageError} from '../lib/usage-error.ts'

/** The first address after a range's own: the service `kubernetes` has it. `10.96.0.0/16` gives `10.96.0.1`. */
export const firstAddress = (range: string): string => {
  const cidr = parseCidr(range)
  if (!cidr) throw new UsageError(`invalid range ${JSON.stringify(range)}`)
  return addressText(cidr.first + 1n, cidr.family)
}
