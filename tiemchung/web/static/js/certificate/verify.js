// Checking a certificate without a network: one verdict, the first failure wins, and nothing is interpreted before the
// signature holds. The same words as on the server: `not_hc1` … `valid`.
import { decode as cbor } from "./cbor.js"
import { holds, read } from "./cose.js"
import { claims, entries, plain } from "./reading.js"
import { Refused } from "./refused.js"

export const SKEW = 5 * 60 * 1000

// `trust` gives the signers of a key identifier (`x509.read`), `isRevoked(message, issuer, identifier)` asks the list;
// `at` is now, in milliseconds. The answer has `payload` only when the signature holds.
export function verify(code, given) {
  return signed(() => read(code.trim()), given, (content, message, signers) => {
    const found = claims(content)
    return found ? judged(found, message, signers, given.isRevoked, given.at) : { verdict: "not_dcc" }
  })
}

// Reads a message, finds who signed it, and lets `told(content, message, signers)` judge what it says.
export async function signed(reading, { trust, at }, told) {
  let message
  try {
    message = await reading()
  } catch (error) {
    if (error instanceof Refused) return { verdict: error.verdict }
    throw error
  }
  const kid = btoa(String.fromCharCode(...message.kid))
  const known = trust.get(kid) ?? []
  if (!known.length) return { verdict: "unknown_key", kid }
  const inForce = known.filter(signer => signer.from - SKEW <= at && at <= signer.until)
  if (!inForce.length) return { verdict: "key_expired", kid }
  const signers = []
  for (const signer of inForce) if (await holds(message, signer.spki)) signers.push(signer)
  if (!signers.length) return { verdict: "signature", kid }
  return { kid, ...(await told(contentOf(message), message, signers)) }
}

async function judged(content, message, signers, isRevoked, at) {
  const { issuer, issuedAt, expiresAt, certificate } = content
  const told = verdict => ({ verdict, payload: plain(certificate), issuer, issuedAt, expiresAt })
  if (issuedAt > at + SKEW) return told("not_yet_valid")
  if (expiresAt < at) return told("expired")
  if (!certificate) return told("not_dcc")
  const found = entries(certificate)
  if (!found?.length) return told("schema")
  if (found.length > 1) return told("several_entries")
  const [[letter, entry]] = found
  if (!signers.some(signer => !signer.uses || signer.uses.includes(letter))) return told("key_usage")
  if (await isRevoked(message, issuer ?? "", entry.get("ci"))) return told("revoked")
  return told("valid")
}

function contentOf(message) {
  try {
    return cbor(message.payload)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}
