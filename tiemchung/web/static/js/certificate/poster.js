// The code on a session's poster: a signed message like a certificate's, in URL-safe base64 at the end of an address of ours. The
// same words as on the server (`posters.py`).
import { message } from "./cose.js"
import { claims, moment } from "./reading.js"
import { Refused } from "./refused.js"
import { SKEW, signed } from "./verify.js"

const [POSTER, LONGEST] = [-70_001, 2_000]
const ADDRESS = /\/kiem-tra\/phien\/([^/?#]+)$/

// The code at the end of a poster's address, or nothing.
export function codeOf(address) {
  return ADDRESS.exec(address.trim())?.[1]
}

// `{verdict, session: {site, address, startsAt, endsAt, product}}`; the session only when the signature holds.
export function verifyPoster(code, given) {
  return signed(async () => message(bytesOf(code)), given, (content, read, signers) => judged(content, read, signers, given))
}

async function judged(content, read, signers, { isRevoked, at }) {
  const [found, said] = [claims(content), content instanceof Map ? content.get(POSTER) : null]
  const session = found && said instanceof Map ? sessionOf(said) : null
  if (!session) return { verdict: "not_poster" }
  const told = verdict => ({ verdict, session })
  if (found.issuedAt > at + SKEW) return told("not_yet_valid")
  if (found.expiresAt < at) return told("expired")
  if (!signers.some(signer => signer.uses.includes("s"))) return told("key_usage")
  return told((await isRevoked(read, found.issuer ?? "", session.id)) ? "revoked" : "valid")
}

function sessionOf(said) {
  const [site, address, product] = ["site", "address", "vaccine"].map(key => said.get(key))
  const [startsAt, endsAt, id] = [moment(said.get("from")), moment(said.get("to")), said.get("id")]
  const read = [site, address, product].every(text => typeof text === "string") && startsAt !== null && endsAt !== null
  return read && id instanceof Uint8Array && id.length === 16 ? { site, address, product, startsAt, endsAt, id: uuid(id) } : null
}

function uuid(bytes) {
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

function bytesOf(code) {
  if (code.length > LONGEST || !/^[\w-]*$/.test(code)) throw new Refused("not_poster")
  try {
    return Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), character => character.charCodeAt(0))
  } catch {
    throw new Refused("not_poster")
  }
}
