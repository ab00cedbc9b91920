// Keys of the device. The roster lies under a key that the nurse's PIN opens together with a device key that cannot be read
// out; acts are signed by the device and sealed to the server's public key, which alone can open them again.
import { dropThing, keepThing, thing, thingNames } from "./kept.js"

const ROUNDS = 310_000, TRIES = 5, HOURS = 12
const EC = { name: "ECDH", namedCurve: "P-256" }, SIGN = { name: "ECDSA", namedCurve: "P-256" }
const text = new TextEncoder(), words = new TextDecoder()

export class WrongPin extends Error { constructor(left) { super("wrong PIN"); this.left = left } }
export class Wiped extends Error {}

// The device: made once, its private keys never leave the browser.
export async function device() {
  const known = await thing("device")
  if (known) return known
  const pair = await crypto.subtle.generateKey(SIGN, false, ["sign", "verify"])
  const mix = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  const made = { id: crypto.randomUUID(), sign: pair.privateKey, mix, point: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) }
  await keepThing("device", made)
  return made
}

// Who has a PIN on this device.
export async function holders() {
  const names = (await thingNames()).filter(name => name.startsWith("vault:"))
  return Promise.all(names.map(thing))
}

export async function setPin(staff, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const key = await keyOf(pin, salt)
  await keepThing(`vault:${staff.id}`, { staff, salt, check: await lock(key, "open"), tries: 0, online_at: Date.now() })
  return key
}

// Five wrong PINs wipe what the PIN opens; acts that wait stay, they are sealed to the server.
export async function unlock(staffId, pin) {
  const vault = await thing(`vault:${staffId}`)
  if (!vault) throw new Wiped()
  const key = await keyOf(pin, vault.salt)
  try { await unlockWith(key, vault.check) }
  catch {
    const tries = vault.tries + 1
    if (tries >= TRIES) { await wipe(staffId); throw new Wiped() }
    await keepThing(`vault:${staffId}`, { ...vault, tries })
    throw new WrongPin(TRIES - tries)
  }
  await keepThing(`vault:${staffId}`, { ...vault, tries: 0 })
  return key
}
export async function wipe(staffId) {
  await dropThing(`vault:${staffId}`)
  await dropThing(`roster:${staffId}`)
  await dropThing(`draft:${staffId}`)
}
// Signed in with a line: the twelve hours without one begin again.
export async function wasOnline(staffId) {
  const vault = await thing(`vault:${staffId}`)
  if (vault) await keepThing(`vault:${staffId}`, { ...vault, online_at: Date.now() })
}
export const isStale = vault => Date.now() - vault.online_at > HOURS * 3_600_000

export async function lock(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text.encode(JSON.stringify(value))) }
}
export async function unlockWith(key, { iv, sealed }) {
  return JSON.parse(words.decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed)))
}

// A letter: version, ephemeral key, nonce, ciphertext; the act's id is authenticated with it.
export async function letter(act, serverPoint) {
  const { sign } = await device()
  const said = JSON.stringify(act)
  const signature = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, sign, text.encode(said)))
  const plain = text.encode(JSON.stringify({ text: said, signature: base64(signature) }))
  const pair = await crypto.subtle.generateKey(EC, true, ["deriveBits"])
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))
  const server = await crypto.subtle.importKey("raw", serverPoint, EC, false, [])
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, pair.privateKey, 256)
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"])
  const info = joined(text.encode("tiem-chung letter 1"), point, serverPoint)
  const kdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info }
  const key = await crypto.subtle.deriveKey(kdf, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(act.id) }, key, plain)
  return base64(joined(new Uint8Array([1]), point, iv, new Uint8Array(sealed)))
}

export const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""))
export const base64url = bytes => base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")
export const fromBase64url = coded => Uint8Array.from(atob(coded.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0))

async function keyOf(pin, salt) {
  const typed = await crypto.subtle.importKey("raw", text.encode(pin), "PBKDF2", false, ["deriveBits"])
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, typed, 256)
  const mixed = await crypto.subtle.sign("HMAC", (await device()).mix, bits)
  return crypto.subtle.importKey("raw", mixed, "AES-GCM", false, ["encrypt", "decrypt"])
}
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) { whole.set(part, at); at += part.length }
  return whole
}
