import {addressText, parseCidr} from '../api/meta/ip.ts'
import {UsageError} from '../lib/usage-error.ts'

/** The address `offset` behind a range's own: `10.96.0.0/16` and 10 give `10.96.0.10`. */
export const addressInRange = (range: string, offset: bigint): string => {
  const cidr = parseCidr(range)
  if (!cidr || offset >= cidr.size)
    throw new UsageError(`${JSON.stringify(range)} is not a range with ${offset} addresses`)
  return addressText(cidr.first + offset, cidr.family)
}

/** The service `kubernetes` has the first one. */
export const firstAddress = (range: string): string => addressInRange(range, 1n)
