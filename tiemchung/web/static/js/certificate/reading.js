// The signed content as it is met in the world: floats, times as tags, nulls and blanks are read; what is no certificate is not.

const [ISS, EXP, IAT, HCERT, DCC] = [1, 4, 6, -260, 1]
// Any second that a clock can tell.
const LATEST = 253_402_300_799
const BORN = /^$|^(19|20)\d\d(-\d\d(-\d\d(T.*)?)?)?$/
const day = value => typeof value === "string" || value instanceof Date
const text = value => typeof value === "string"
const count = value => Number.isInteger(value) && value >= 1
const optional = value => value === undefined || value === null || text(value)
const KINDS = {
  v: { tg: text, vp: text, mp: text, ma: text, dn: count, sd: count, dt: day, co: text, is: text, ci: text },
  t: { tg: text, tt: text, sc: day, tr: text, co: text, is: text, ci: text, nm: optional, ma: optional, tc: optional },
  r: { tg: text, fr: day, co: text, is: text, df: day, du: day, ci: text },
}

// `{issuer, issuedAt, expiresAt, certificate}` with times in milliseconds and the certificate or null; null for what is no map with
// a time of issue and an end.
export function claims(content) {
  if (!(content instanceof Map)) return null
  const wrapped = content.get(HCERT)
  const certificate = wrapped instanceof Map && wrapped.get(DCC) instanceof Map ? wrapped.get(DCC) : null
  const [issuedAt, expiresAt] = [moment(content.get(IAT)), moment(content.get(EXP))]
  if (issuedAt === null || expiresAt === null) return null
  return { issuer: text(content.get(ISS)) ? content.get(ISS) : null, issuedAt, expiresAt, certificate }
}

// The entries of a certificate as `[letter, entry]`, or null when it breaks the relaxed schema.
export function entries(certificate) {
  const name = certificate.get("nam")
  if (!(name instanceof Map) || !["fn", "fnt", "gn", "gnt"].every(part => optional(name.get(part)))) return null
  if (!["fnt", "gnt"].some(part => name.get(part)?.trim())) return null
  if (!text(certificate.get("dob")) || !BORN.test(certificate.get("dob"))) return null
  if (!/^\d+\.\d+\.\d+$/.test(certificate.get("ver"))) return null
  const found = []
  for (const [letter, fields] of Object.entries(KINDS)) {
    const list = certificate.get(letter) ?? []
    if (!Array.isArray(list) || !list.every(each => fits(each, fields))) return null
    found.push(...list.map(each => [letter, each]))
  }
  return found
}

// A map as an object, all the way down; a time as its ISO text.
export function plain(value) {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
  if (Array.isArray(value)) return value.map(plain)
  return value instanceof Date ? value.toISOString() : value
}

function fits(entry, fields) {
  return entry instanceof Map && Object.entries(fields).every(([key, holds]) => holds(entry.get(key)))
}

export function moment(value) {
  if (value instanceof Date) return value.getTime()
  return typeof value === "number" && value >= 0 && value <= LATEST ? value * 1000 : null
}
