// What a check needs of a signer's certificate (X.509, DER): its key, its days, and what it may sign.

const EXTENDED_USE = "551d25"
// 1.3.6.1.4.1.1847.2021.1.x, and the same with the 0 that some issuers write before 1847.
const USES = /^2b06010401(?:00)?8e378f65010([123])$/
const LETTERS = { 1: "t", 2: "v", 3: "r" }
// 2.25.127087551478520826411039362864243860402: what signs the codes of sessions.
const SESSION = "6981bf9c9683cdd3daae9d9aa8df83d0d393c732"

// `{spki, from, until, uses}`: times in milliseconds; `uses` is empty for a signer of everything.
export function read(der) {
  const certificate = children(der, item(der, 0))
  const body = children(der, certificate[0])
  if (body[0].tag === 0xa0) body.shift()
  const [from, until] = children(der, body[3]).map(each => time(der, each))
  const extensions = body.find(each => each.tag === 0xa3)
  return { spki: der.slice(body[5].start, body[5].end), from, until, uses: extensions ? uses(der, extensions) : "" }
}

function uses(der, extensions) {
  for (const extension of children(der, children(der, extensions)[0])) {
    const parts = children(der, extension)
    if (hex(der, parts[0]) !== EXTENDED_USE) continue
    const list = item(der, parts.at(-1).body)
    return children(der, list).map(oid => letter(hex(der, oid))).join("")
  }
  return ""
}

function letter(oid) {
  return oid === SESSION ? "s" : (LETTERS[USES.exec(oid)?.[1]] ?? "")
}

function item(der, start) {
  const tag = der[start]
  let [size, body] = [der[start + 1], start + 2]
  if (size > 0x80) {
    const bytes = size - 0x80
    size = der.subarray(body, body + bytes).reduce((sum, byte) => sum * 256 + byte, 0)
    body += bytes
  }
  return { tag, start, body, end: body + size }
}

function children(der, parent) {
  const found = []
  for (let at = parent.body; at < parent.end; at = found.at(-1).end) found.push(item(der, at))
  return found
}

function time(der, { tag, body, end }) {
  const written = String.fromCharCode(...der.subarray(body, end))
  const short = tag === 0x17
  const year = short ? (written < "50" ? "20" : "19") + written.slice(0, 2) : written.slice(0, 4)
  const [month, day, hour, minute, second] = written.slice(short ? 2 : 4).match(/\d\d/g)
  return Date.UTC(year, month - 1, day, hour, minute, second ?? 0)
}

function hex(der, { body, end }) {
  return Array.from(der.subarray(body, end), byte => byte.toString(16).padStart(2, "0")).join("")
}
