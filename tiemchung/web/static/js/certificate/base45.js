// Base45 (RFC 9285): the characters of alphanumeric QR codes as bytes, three for two, the last two for one.
import { Refused } from "./refused.js"

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]))

export function decode(text) {
  const values = [...text].map(character => VALUES.get(character) ?? refuse())
  const left = values.length % 3
  if (left === 1) refuse()
  const out = new Uint8Array(Math.floor(values.length / 3) * 2 + left / 2)
  let at = 0
  for (let k = 0; k + 2 < values.length; k += 3) {
    const value = values[k] + 45 * values[k + 1] + 2025 * values[k + 2]
    if (value > 0xffff) refuse()
    out[at++] = value >> 8
    out[at++] = value & 0xff
  }
  if (left === 2) {
    const value = values.at(-2) + 45 * values.at(-1)
    if (value > 0xff) refuse()
    out[at] = value
  }
  return out
}

function refuse() {
  throw new Refused("base45")
}
