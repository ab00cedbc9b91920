// Every act is kept first and sent then. With a line the answer comes at once; without one the act waits as a sealed letter and
// goes out by itself. The server knows each act by its id, so that sending twice is doing once.
import { acts, dropAct, keepAct } from "./kept.js"
import { device, letter, lock, unlockWith } from "./vault.js"

const ADDRESS = "/diem-tiem/commands", PATIENCE_MS = 8000, BATCH = 50
const FIRST_PAUSE_MS = 5000, LONGEST_PAUSE_MS = 60_000

export class Outbox extends EventTarget {
  // `entries`: what waits, was refused, or was done and is not yet seen on the server's board.
  entries = []
  line = navigator.onLine
  signedOut = false
  pause = FIRST_PAUSE_MS

  // key opens the memos; `server` is the public key that letters are sealed to.
  async start({ key, staff, server }) {
    Object.assign(this, { key, staff, server })
    const kept = await acts()
    this.entries = (await Promise.all(kept.map(act => this.#read(act)))).filter(Boolean)
    addEventListener("online", () => this.flush())
    addEventListener("offline", () => this.#tell({ line: false }))
    document.addEventListener("visibilitychange", () => document.hidden || this.flush())
    this.#again()
    await this.flush()
  }
  get waiting() { return this.entries.filter(entry => entry.state === "waiting") }
  get refused() { return this.entries.filter(entry => entry.state === "refused") }

  // Do an act: kept, shown, sent. Resolves with the entry once it was answered or waits.
  async act(kind, body) {
    const id = uuid7(), at = new Date().toISOString(), alone = !this.waiting.length
    const entry = { id, kind, at, body, state: "waiting", seq: Date.now() * 1000 + this.entries.length, staff_id: this.staff.id }
    const written = { id, kind, at, body: { ...body, late: true }, device_id: (await device()).id, staff_id: this.staff.id }
    entry.letter = await letter(written, this.server)
    await this.#keep(entry)
    this.entries.push(entry)
    this.#tell()
    if (alone) await this.#send(entry)
    else await this.flush()
    return entry
  }
  // A refused dose that is in the arm all the same: sent once more under a new id, as one that was given.
  async again(entry) {
    await this.forget(entry)
    const { id, at, body, kind } = { ...entry, id: uuid7() }
    const fresh = { id, kind, at, body, state: "waiting", seq: Date.now() * 1000, staff_id: entry.staff_id }
    const written = { id, kind, at, body: { ...body, late: true }, device_id: (await device()).id, staff_id: entry.staff_id }
    fresh.letter = await letter(written, this.server)
    await this.#keep(fresh)
    this.entries.push(fresh)
    await this.flush()
  }
  async forget(entry) {
    await dropAct(entry.id)
    this.entries = this.entries.filter(other => other !== entry)
    this.#tell()
  }
  // What a board shows that was asked for after these were done need not be shown twice.
  get done() { return this.entries.filter(entry => entry.state === "done") }
  seen(done) { this.entries = this.entries.filter(entry => !done.includes(entry)) }

  // Send what waits, in order. One at a time, also across tabs.
  flush() { return navigator.locks.request("diem-tiem-outbox", () => this.#flush()) }
  async #flush() {
    while (this.waiting.length) {
      const batch = this.waiting.slice(0, BATCH)
      const sealed = batch.map(entry => ({ id: entry.id, kind: "sealed", at: entry.at, body: { letter: entry.letter } }))
      const told = await this.#post(sealed)
      if (!told) return
      for (const [k, { status, answer }] of told.entries()) await this.#answered(batch[k], status, answer)
      if (told.some(({ status }) => status >= 500)) return
    }
    if (!this.line) await this.#post([])
  }
  async #send(entry) {
    const { id, kind, at, body } = entry
    const told = await this.#post([{ id, kind, at, body }])
    if (told) await this.#answered(entry, told[0].status, told[0].answer)
  }
  async #post(commands) {
    try {
      const answer = await fetch(ADDRESS, {
        method: "POST", body: JSON.stringify(commands), signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { "content-type": "application/json", accept: "application/json", "device-clock": new Date().toISOString() },
      })
      if (answer.status === 401) { this.#tell({ line: true, signedOut: true }); return null }
      if (!answer.ok) { this.#tell({ line: answer.status < 500 }); return null }
      this.pause = FIRST_PAUSE_MS
      this.#tell({ line: true, signedOut: false })
      return await answer.json()
    } catch {
      this.#tell({ line: false })
      return null
    }
  }
  async #answered(entry, status, answer) {
    if (status >= 500) return
    entry.answer = answer
    if (status < 400) {
      entry.state = "done"
      await dropAct(entry.id)
    } else {
      entry.state = "refused"
      await this.#keep(entry)
    }
    this.#tell()
  }
  #again() {
    setTimeout(async () => {
      await this.flush()
      this.pause = this.line ? FIRST_PAUSE_MS : Math.min(this.pause * 2, LONGEST_PAUSE_MS)
      this.#again()
    }, this.pause * (0.75 + Math.random() / 2))
  }
  #tell(state = {}) {
    Object.assign(this, state)
    this.dispatchEvent(new Event("change"))
  }
  async #keep(entry) {
    const { id, seq, letter, state, staff_id } = entry
    const { kind, at, body, answer } = entry
    await keepAct({ id, seq, letter, state, staff_id, memo: await lock(this.key, { kind, at, body, answer }) })
  }
  // Another nurse's act on a shared tablet goes out with the rest; what it says only they can read here.
  async #read({ memo, ...kept }) {
    try { return { ...kept, ...await unlockWith(this.key, memo) } }
    catch { return { ...kept, kind: "other", at: "", body: {} } }
  }
}

export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)), now = Date.now()
  for (let k = 0; k < 6; k++) bytes[k] = Math.floor(now / 2 ** (8 * (5 - k))) & 0xff
  bytes[6] = 0x70 | (bytes[6] & 0x0f)
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}
