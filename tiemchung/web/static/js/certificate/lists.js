// Our signed lists (compact JWS, ES256): who signs certificates, and which were withdrawn. A list is read against the pinned
// key, a lower number than the last is refused, and one past its end is used but stale.
import { lasting } from "./cose.js"
import * as x509 from "./x509.js"

const TRUST = "tiemchung-trust+jws"
const REVOKED = "tiemchung-revocations+jws"
const CHANGES = "tiemchung-revocations-delta+jws"
const LONGEST_LIFE = 7 * 24 * 3600
const PREFIX_BYTES = 8

export const trust = { typ: TRUST, read: readTrust }
export const revocations = { typ: REVOKED, read: body => ({ revoked: groups(body.revoked) }) }

// Opens a list: `{verdict, seq, issuedAt, endsAt, …}` with what it holds for ok and stale; verdicts ok, stale, seq,
// signature, format. Times are in milliseconds.
export async function open(kind, text, key, { at, lastSeq = 0 }) {
  const opened = await readSigned(kind.typ, text, key, { at, lastSeq })
  return opened.body ? { ...opened, body: undefined, ...kind.read(opened.body) } : opened
}

// The list of withdrawn ones after a change; a change made for another list gives the verdict `base`.
export async function change(list, text, key, { at }) {
  const opened = await readSigned(CHANGES, text, key, { at, lastSeq: list.seq })
  if (!opened.body) return opened
  const { base, added, removed } = opened.body
  if (base !== list.seq) return { verdict: "base" }
  const revoked = new Map(list.revoked)
  const [more, fewer] = [groups(added), groups(removed)]
  for (const group of new Set([...more.keys(), ...fewer.keys()])) {
    const left = new Set(split(revoked.get(group)))
    for (const prefix of split(fewer.get(group))) left.delete(prefix)
    for (const prefix of split(more.get(group))) left.add(prefix)
    revoked.set(group, joined(BigUint64Array.from(left).sort()))
  }
  return { ...opened, body: undefined, revoked }
}

// Whether a list names this code: by its identifier, by issuer and identifier, or by what is lasting of its signature.
export async function isRevoked(list, message, issuer, identifier) {
  const kid = btoa(String.fromCharCode(...message.kid))
  const text = new TextEncoder()
  const made = { UCI: () => text.encode(identifier), COUNTRYCODEUCI: () => text.encode(issuer + identifier), SIGNATURE: () => lasting(message) }
  for (const [kind, bytes] of Object.entries(made)) {
    const prefixes = list.revoked.get(`${kid} ${kind}`)
    if (prefixes && has(prefixes, new Uint8Array(await crypto.subtle.digest("SHA-256", bytes())))) return true
  }
  return false
}

function readTrust({ dsc }) {
  const signers = new Map()
  for (const { kid, cert, use, from, until } of dsc) {
    const read = x509.read(bytesOf(cert))
    const signer = { ...read, from: Math.max(read.from, from * 1000), until: Math.min(read.until, until * 1000), uses: read.uses || use.join("") }
    signers.set(kid, [...(signers.get(kid) ?? []), signer])
  }
  return { signers }
}

async function readSigned(typ, text, key, { at, lastSeq }) {
  const parts = text.trim().split(".")
  let header, body, signature
  try {
    ;[header, body] = parts.slice(0, 2).map(part => JSON.parse(new TextDecoder().decode(bytesOf(part))))
    signature = bytesOf(parts[2])
  } catch {
    return { verdict: "format" }
  }
  if (parts.length !== 3 || header.typ !== typ || header.alg !== "ES256" || body.v !== 1) return { verdict: "format" }
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`)
  const kind = { name: "ECDSA", namedCurve: "P-256" }
  const imported = await crypto.subtle.importKey("jwk", key, kind, false, ["verify"])
  if (!(await crypto.subtle.verify({ ...kind, hash: "SHA-256" }, imported, signature, signed))) return { verdict: "signature" }
  if (body.seq < lastSeq) return { verdict: "seq" }
  const endsAt = Math.min(body.exp, body.iat + LONGEST_LIFE) * 1000
  return { verdict: at <= endsAt ? "ok" : "stale", seq: body.seq, issuedAt: body.iat * 1000, endsAt, body }
}

// Sorted prefixes by key and kind of hash, as the bytes that they came in.
function groups(written) {
  return new Map(written.map(({ kid, kind, prefixes }) => [`${kid} ${kind}`, bytesOf(prefixes)]))
}

function has(prefixes, hash) {
  const [view, wanted] = [new DataView(prefixes.buffer), new DataView(hash.buffer).getBigUint64(0)]
  let [low, high] = [0, prefixes.length / PREFIX_BYTES]
  while (low < high) {
    const middle = (low + high) >> 1
    const found = view.getBigUint64(middle * PREFIX_BYTES)
    if (found === wanted) return true
    if (found < wanted) low = middle + 1
    else high = middle
  }
  return false
}

function split(prefixes = new Uint8Array()) {
  const view = new DataView(prefixes.buffer, prefixes.byteOffset)
  return Array.from({ length: prefixes.length / PREFIX_BYTES }, (_, k) => view.getBigUint64(k * PREFIX_BYTES))
}

function joined(numbers) {
  const view = new DataView(new ArrayBuffer(numbers.length * PREFIX_BYTES))
  numbers.forEach((number, k) => view.setBigUint64(k * PREFIX_BYTES, number))
  return new Uint8Array(view.buffer)
}

// Base64 in either alphabet, with or without padding.
function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), character => character.charCodeAt(0))
}
