// COSE_Sign1 (RFC 9052) in a compressed `HC1:` text: read with bounds at every stage, verified with the browser's own cryptography.
import { decode as base45 } from "./base45.js"
import { Tag, decode as cbor } from "./cbor.js"
import { Refused } from "./refused.js"

const PREFIX = "HC1:"
const LONGEST_TEXT = 4296
const LARGEST_PAYLOAD = 64 * 1024
const [ES256, PS256] = [-7, -37]
const [ALG, KID] = [1, 4]
// Keys that were imported once, by their bytes and the algorithm.
const imported = new WeakMap()
const SIGNED_FIRST = Uint8Array.of(0x84, 0x6a, ...new TextEncoder().encode("Signature1"))

// The message in a text; nothing of it is trusted yet. Throws `Refused`.
export async function read(text) {
  if (!text.startsWith(PREFIX) || text.length > LONGEST_TEXT) throw new Refused("not_hc1")
  return message(await inflated(base45(text.slice(PREFIX.length))))
}

// The message in bytes; nothing of it is trusted yet. Throws `Refused`.
export function message(bytes) {
  const [protectedBytes, unprotected, payload, signature] = sign1(cbor(bytes))
  const header = protectedBytes.length ? cbor(protectedBytes) : new Map()
  if (!(header instanceof Map)) throw new Refused("not_cose")
  // What is signed wins over what anybody may add.
  const alg = header.has(ALG) ? header.get(ALG) : unprotected.get(ALG)
  const kid = header.has(KID) ? header.get(KID) : unprotected.get(KID)
  if (alg !== ES256 && alg !== PS256) throw new Refused("alg")
  if (!(kid instanceof Uint8Array)) throw new Refused("no_kid")
  return { protectedBytes, payload, signature, alg, kid }
}

// Whether a signer's key (SPKI, DER) made the signature; the key's kind must fit the algorithm.
export async function holds(message, spki) {
  const ec = message.alg === ES256
  if (ec && message.signature.length !== 64) return false
  const how = ec ? { name: "ECDSA", hash: "SHA-256" } : { name: "RSA-PSS", saltLength: 32 }
  if (!imported.has(spki)) imported.set(spki, new Map())
  const keys = imported.get(spki)
  if (!keys.has(message.alg)) keys.set(message.alg, await imports(spki, ec))
  const key = keys.get(message.alg)
  return key !== null && crypto.subtle.verify(how, key, message.signature, signed(message))
}

// A key as the browser's cryptography wants it; null for one of another kind or curve.
async function imports(spki, ec) {
  const kind = ec ? { name: "ECDSA", namedCurve: "P-256" } : { name: "RSA-PSS", hash: "SHA-256" }
  try {
    return await crypto.subtle.importKey("spki", spki, kind, false, ["verify"])
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

// The part of a signature that cannot be written in another way: r alone for ES256, since (r, n − s) is as good as (r, s).
export function lasting(message) {
  return message.alg === ES256 ? message.signature.subarray(0, 32) : message.signature
}

// `["Signature1", protected, h'', payload]` over the bytes as they came, never encoded again.
function signed({ protectedBytes, payload }) {
  const parts = [SIGNED_FIRST, head(protectedBytes), protectedBytes, [0x40], head(payload), payload]
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function head({ length }) {
  if (length < 24) return [0x40 + length]
  return length < 256 ? [0x58, length] : [0x59, length >> 8, length & 0xff]
}

async function inflated(packed) {
  if (packed[0] !== 0x78) throw new Refused("zlib")
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  const reader = stream.getReader()
  const out = new Uint8Array(LARGEST_PAYLOAD)
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return out.subarray(0, size)
      if (size + value.length >= LARGEST_PAYLOAD) throw new Refused("zlib")
      out.set(value, size)
      size += value.length
    }
  } catch (error) {
    // Broken, cut or with something after it.
    if (error instanceof TypeError) throw new Refused("zlib")
    throw error
  } finally {
    reader.cancel().catch(() => {})
  }
}

function sign1(value) {
  let inner = value instanceof Tag && value.tag === 61 ? value.value : value
  if (inner instanceof Tag && inner.tag === 18) inner = inner.value
  if (!Array.isArray(inner) || inner.length !== 4) throw new Refused("not_cose")
  const [protectedBytes, unprotected, payload, signature] = inner
  const bytes = [protectedBytes, payload, signature].every(part => part instanceof Uint8Array)
  if (!bytes || !(unprotected instanceof Map)) throw new Refused("not_cose")
  return inner
}
