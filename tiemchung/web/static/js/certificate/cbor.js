// CBOR (RFC 8949), the part that certificates use and no more: no key twice, at most eight deep, nothing after the item.
// Maps become `Map`, byte strings `Uint8Array`, times (tags 0 and 1) `Date`, other tags `Tag`.
import { Refused } from "./refused.js"

const DEEPEST = 8
const [OPEN, BREAK] = [31, 0xff]
// Tags that decoders act on (big numbers, fractions, shared values …): none has a place in a certificate.
const REFUSED_TAGS = new Set([2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799])
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

export class Tag {
  constructor(tag, value) {
    this.tag = tag
    this.value = value
  }
}

export function decode(bytes) {
  try {
    const reader = new Reader(bytes)
    const value = reader.item(0)
    if (reader.at !== bytes.length) refuse()
    return value
  } catch (error) {
    // A view refuses to read past its end with a RangeError, the text decoder broken text with a TypeError.
    if (error instanceof RangeError || error instanceof TypeError) refuse()
    throw error
  }
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = 0
  }

  item(depth) {
    if (depth > DEEPEST) refuse()
    const first = this.view.getUint8(this.at++)
    const [major, info] = [first >> 5, first & 31]
    if (major === 7) return this.simple(info)
    if (info === OPEN) return this.open(major, depth)
    const size = this.size(info)
    if (major === 0) return size
    if (major === 1) return -1 - size
    if (major === 2) return this.take(size)
    if (major === 3) return UTF8.decode(this.take(size))
    if (major === 4) return this.list(size, depth)
    if (major === 5) return map(this.list(size * 2, depth))
    return this.tagged(size, depth)
  }

  size(info) {
    if (info < 24) return info
    const start = this.at
    if (info === 24) return (this.at += 1, this.view.getUint8(start))
    if (info === 25) return (this.at += 2, this.view.getUint16(start))
    if (info === 26) return (this.at += 4, this.view.getUint32(start))
    if (info === 27) return (this.at += 8, Number(this.view.getBigUint64(start)))
    return refuse()
  }

  take(size) {
    if (size > this.bytes.length - this.at) refuse()
    return this.bytes.subarray(this.at, (this.at += size))
  }

  list(size, depth) {
    if (size > this.bytes.length - this.at) refuse()
    return Array.from({ length: size }, () => this.item(depth + 1))
  }

  // Without a length, up to a break: some issuers' encoders write maps so.
  open(major, depth) {
    const parts = []
    while (this.view.getUint8(this.at) !== BREAK) parts.push(this.item(depth + 1))
    this.at++
    if (major === 2 && parts.every(part => part instanceof Uint8Array)) return Uint8Array.from(parts.flatMap(part => [...part]))
    if (major === 3 && parts.every(part => typeof part === "string")) return parts.join("")
    if (major === 4) return parts
    return major === 5 ? map(parts) : refuse()
  }

  tagged(tag, depth) {
    if (REFUSED_TAGS.has(tag)) refuse()
    const value = this.item(depth + 1)
    if (tag > 1) return new Tag(tag, value)
    const written = tag === 0 ? typeof value === "string" && TIME.test(value) : typeof value === "number"
    const time = new Date(tag === 0 ? value : value * 1000)
    return written && !Number.isNaN(time.getTime()) ? time : refuse()
  }

  simple(info) {
    const start = this.at
    if (info === 20 || info === 21) return info === 21
    if (info === 22) return null
    if (info === 23) return undefined
    if (info === 25) return (this.at += 2, half(this.view.getUint16(start)))
    if (info === 26) return (this.at += 4, this.view.getFloat32(start))
    if (info === 27) return (this.at += 8, this.view.getFloat64(start))
    return refuse()
  }
}

// Keys and values in turn as a map.
function map(parts) {
  const found = new Map()
  if (parts.length % 2) refuse()
  for (let k = 0; k < parts.length; k += 2) {
    const key = parts[k]
    if (found.has(key) || (typeof key === "object" && key !== null)) refuse()
    found.set(key, parts[k + 1])
  }
  return found
}

function half(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction ? NaN : Infinity) : (1 + fraction / 1024) * 2 ** (exponent - 15)
  return bits & 0x8000 ? -size : size
}

function refuse() {
  throw new Refused("cbor")
}
