import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type AskedRanges, settleRanges} from '../../src/daemon/families.ts'
import {usualRanges} from '../../src/daemon/ranges.ts'

const shown = (asked: AskedRanges): string => {
  const {podCidrs, serviceCidrs, balancerCidrs} = settleRanges(asked, usualRanges)
  return [podCidrs, serviceCidrs, balancerCidrs].map((ranges) => ranges.join(',')).join(' ')
}

for (const [what, asked, expected] of [
  ['IPv4 alone is usual', {}, '10.244.0.0/16 10.96.0.0/16 10.95.255.0/24'],
  ['IPv6 alone', {ipFamily: 'ipv6'}, 'fd00:10:244::/56 fd00:10:96::/112 fd00:10:95:255::/112'],
  [
    'both, IPv4 first',
    {ipFamily: 'dual'},
    '10.244.0.0/16,fd00:10:244::/56 10.96.0.0/16,fd00:10:96::/112 10.95.255.0/24,fd00:10:95:255::/112',
  ],
  [
    'what is given says which, and in which order',
    {serviceClusterIpRange: 'fd00:1::/112,10.1.0.0/16', podCidr: '10.2.0.0/16'},
    'fd00:10:244::/56,10.2.0.0/16 fd00:1::/112,10.1.0.0/16 fd00:10:95:255::/112,10.95.255.0/24',
  ],
] as const)
  test(`the addresses of a cluster: ${what}`, () => assert.equal(shown(asked), expected))

test('a range of a family that the cluster does not have is refused', () => {
  assert.throws(
    () => shown({ipFamily: 'ipv4', podCidr: 'fd00::/56'}),
    /podCidr "fd00::\/56": this cluster has IPv4 only/,
  )
})
