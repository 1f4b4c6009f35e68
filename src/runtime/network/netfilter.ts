// The one rule that lets pods out, given to the kernel without any program for rules: the messages that nft would send,
// put together here, and sent by perl, which every Debian has. For machines with neither nft nor iptables.
import {isIPv6} from 'node:net'
import {tryProgram} from '../run-program.ts'

const SUBSYSTEM = 10
const BEGIN = 0x10
const END = 0x11
const NEW_TABLE = 0
const DELETE_TABLE = 2
const NEW_CHAIN = 3
const NEW_RULE = 6
const REQUEST = 0x1
const ACKNOWLEDGE = 0x4
const CREATE = 0x400
const APPEND = 0x800
const NESTED = 0x8000
const POST_ROUTING = 4
const SOURCE_NAT = 100
const ACCEPT = 1
const REGISTER = 1
const NETWORK_HEADER = 1
const OUT_DEVICE_NAME = 7
const EQUAL = 0
const NOT_EQUAL = 1

type Family = 'ip' | 'ip6'
const familyNumber = {ip: 2, ip6: 10} as const

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])

const attribute = (type: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(value.length + 4, 0)
  head.writeUInt16LE(type, 2)
  return padded(Buffer.concat([head, value]))
}
const nested = (type: number, ...parts: Buffer[]): Buffer => attribute(type | NESTED, Buffer.concat(parts))
const text = (type: number, value: string): Buffer => attribute(type, Buffer.from(`${value}\0`))
const number = (type: number, value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return attribute(type, bytes)
}
const data = (type: number, value: Buffer): Buffer => nested(type, attribute(1, value))

const message = (type: number, flags: number, family: number, resource: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(20)
  head.writeUInt32LE(head.length + body.length, 0)
  head.writeUInt16LE(type, 4)
  head.writeUInt16LE(flags, 6)
  head.writeUInt8(family, 16)
  head.writeUInt16BE(resource, 18)
  return Buffer.concat([head, body])
}

const order = (type: number, flags: number, family: Family, ...parts: Buffer[]): Buffer =>
  message((SUBSYSTEM << 8) | type, REQUEST | ACKNOWLEDGE | flags, familyNumber[family], 0, Buffer.concat(parts))

const expression = (name: string, ...parts: Buffer[]): Buffer => nested(1, text(1, name), nested(2, ...parts))

const addressBytes = (address: string): Buffer => {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::')
  const [before, after] = [head, tail].map((part) => part.split(':').filter(Boolean)) as [string[], string[]]
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

const maskBytes = (length: number, prefix: number): Buffer =>
  Buffer.from(Array.from({length}, (_, at) => 0xff & (0xff00 >> Math.max(0, Math.min(8, prefix - at * 8)))))

/** From the range, and not to a device of this name's beginning: with this machine's address. */
const masqueradeRule = (family: Family, table: string, cidr: string, devices: string): Buffer => {
  const [address = '', prefix = '0'] = cidr.split('/')
  const bytes = addressBytes(address)
  const mask = maskBytes(bytes.length, Number(prefix))
  const network = Buffer.from(bytes.map((byte, at) => byte & (mask[at] ?? 0)))
  const offset = family === 'ip' ? 12 : 8
  return order(
    NEW_RULE,
    CREATE | APPEND,
    family,
    text(1, table),
    text(2, 'postrouting'),
    nested(
      4,
      expression('payload', number(1, REGISTER), number(2, NETWORK_HEADER), number(3, offset), number(4, bytes.length)),
      expression(
        'bitwise',
        number(1, REGISTER),
        number(2, REGISTER),
        number(3, bytes.length),
        data(4, mask),
        data(5, Buffer.alloc(bytes.length)),
      ),
      expression('cmp', number(1, REGISTER), number(2, EQUAL), data(3, network)),
      expression('meta', number(1, REGISTER), number(2, OUT_DEVICE_NAME)),
      expression('cmp', number(1, REGISTER), number(2, NOT_EQUAL), data(3, Buffer.from(devices))),
      expression('masq'),
    ),
  )
}

const batch = (...orders: Buffer[]): Buffer =>
  Buffer.concat([
    message(BEGIN, REQUEST, 0, SUBSYSTEM, Buffer.alloc(0)),
    ...orders,
    message(END, REQUEST, 0, SUBSYSTEM, Buffer.alloc(0)),
  ])

/** Sends what stands on its input in hexadecimal, and waits for as many acknowledgements as its argument says. */
const sender = `
socket(my $s, 16, 3, 12) or die "socket: $!"; my $kernel = pack("SSLL", 16, 0, 0, 0);
bind($s, $kernel) or die "bind: $!"; my $hex = <STDIN>;
defined send($s, pack("H*", $hex), 0, $kernel) or die "send: $!"; alarm 5;
for (my $left = $ARGV[0]; $left > 0;) {
  defined recv($s, my $b, 65536, 0) or die "recv: $!";
  while (length $b >= 16) {
    my ($length, $type) = unpack("LS", $b);
    if ($type == 2) { my $error = unpack("l", substr($b, 16, 4)); if ($error) { $! = -$error; die "$!" } $left-- }
    $b = substr($b, ($length + 3) & ~3);
  }
}`

const send = (...orders: Buffer[]) =>
  tryProgram('perl', ['-e', sender, String(orders.length)], {input: `${batch(...orders).toString('hex')}\n`})

/** False where the kernel does not take it, or there is no perl. */
export const masqueradeByMessages = async (
  family: Family,
  table: string,
  cidr: string,
  devices: string,
): Promise<boolean> => {
  const hook = nested(4, number(1, POST_ROUTING), number(2, SOURCE_NAT))
  const {code} = await send(
    order(NEW_TABLE, CREATE, family, text(1, table)),
    order(NEW_CHAIN, CREATE, family, text(1, table), text(3, 'postrouting'), hook, number(5, ACCEPT), text(7, 'nat')),
    masqueradeRule(family, table, cidr, devices),
  )
  return code === 0
}

/** Safe where there is none. */
export const removeTableByMessages = async (family: Family, table: string): Promise<void> => {
  await send(order(DELETE_TABLE, 0, family, text(1, table)))
}
