// Responses as bytes, as long as the client takes them: over UDP what does not fit is left out, and said to be.
import {type Answer, encode, type Packet} from 'dns-packet'
import {compress} from './compress.ts'
import {ordersOf} from './kept-answers.ts'

const TRUNCATED = 0x0200
const LARGEST = 65_535
/** What we take ourselves: small enough to never be cut into fragments. */
const OWN_UDP_SIZE = 1_232

const edns: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: OWN_UDP_SIZE,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

export interface Room {
  readonly overTcp: boolean
  readonly udpSize: number
  readonly hasEdns: boolean
}

export const encodeSized = (response: Packet, {overTcp, udpSize, hasEdns}: Room): Buffer => {
  const own = hasEdns ? [edns] : []
  const limit = overTcp ? LARGEST : udpSize
  const fits = (packet: Packet): Buffer | undefined => {
    const bytes = compress(encode(packet))
    return bytes.length <= limit ? bytes : undefined
  }
  const slim = {...response, additionals: own}
  return (
    fits({...response, additionals: [...(response.additionals ?? []), ...own]}) ??
    fits(slim) ??
    encode({...slim, flags: (response.flags ?? 0) | TRUNCATED, answers: [], authorities: []})
  )
}

const isAddress = ({type}: Answer): boolean => type === 'A' || type === 'AAAA'

/** The response once for each order its addresses can usefully have. */
export const encodeOrders = (response: Packet, room: Room): Buffer[] => {
  const answers = response.answers ?? []
  const addresses = answers.filter(isAddress)
  const others = answers.filter((answer) => !isAddress(answer))
  return ordersOf(addresses).map((order) => encodeSized({...response, answers: [...others, ...order]}, room))
}
