// The application: who is here, which session, what stands where. The elements on the page listen to it and show their part.
import { keepThing, thing, dropThing } from "./kept.js"
import { Outbox } from "./outbox.js"
import { standing } from "./standing.js"
import { base64url, device, fromBase64url, lock, unlockWith, wasOnline } from "./vault.js"

const STEPS = { expected: ["registrar", "nurse", "site_head"], screening: ["doctor"], injection: ["nurse"], observation: ["nurse", "doctor", "registrar"] }
const BOARD_MS = 5000, PREPARED_MS = 10 * 60_000, LONGEST_HOURS = 72

class Desk extends EventTarget {
  outbox = new Outbox()
  shown = null      // the visit or the expected person in the middle
  panel = null      // a form in the middle instead: "walk-in", "leave"
  table = 1         // where the vials that are opened here stand
  step = null       // the tab of the queue
  offset = 0        // how far the server's clock is ahead of this device's, in ms

  get ready() { return Boolean(this.prepared) }
  now() { return Date.now() + this.offset }
  may(...roles) { return roles.some(role => this.staff.roles.includes(role)) }

  // The session of this address: #place/session; the last one where the address names none.
  async where() {
    const [place_id, session_id] = location.hash.slice(1).split("/")
    if (session_id) await keepThing("where", { place_id, session_id })
    return session_id ? { place_id, session_id } : thing("where")
  }
  get address() { return `/diem-tiem/phien/${this.at.place_id}/${this.at.session_id}` }

  // With a line: what the server has prepared. Answers null without one, "signed out", or "gone".
  async download() {
    let answer
    try { answer = await fetch(`${this.address}/chuan-bi`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(15_000) }) }
    catch { return null }
    if (answer.status === 401) return "signed out"
    if (answer.status >= 500) return null
    if (!answer.ok) return "gone"
    const prepared = await answer.json()
    this.offset = Date.parse(prepared.at) - Date.now()
    return { ...prepared, taken_at: Date.now() }
  }
  async enrol(name) {
    const { id, point } = await device()
    const body = JSON.stringify({ id: crypto.randomUUID(), device_id: id, name, public_key: base64url(point) })
    const answer = await fetch("/diem-tiem/thiet-bi", { method: "POST", body, headers: { "content-type": "application/json", accept: "application/json" } })
    return answer.ok
  }

  // Unlocked: go on from what lies here or has just come.
  async open(key, prepared) {
    this.key = key
    this.prepared = prepared
    this.staff = prepared.staff
    this.board = { session: prepared.session, visits: [], vials: [], held: [], ...(await this.#kept("board")) }
    const draft = await this.#kept("draft")
    this.draft = draft || {}
    this.shown = this.draft.shown || null
    const kept = this.draft.place?.session_id === this.at.session_id ? this.draft.place : null
    this.placed = Boolean(kept) || this.choices.length === 1 && prepared.session.tables === 1
    this.step = kept?.step || (this.may("doctor") && !this.may("nurse") ? "screening" : this.may("nurse") ? "injection" : "expected")
    this.table = kept?.table || 1
    await this.#keep("roster", prepared)
    this.device = (await device()).id
    await this.outbox.start({ key, staff: this.staff, server: fromBase64url(prepared.public_key) })
    this.outbox.addEventListener("change", () => this.changed())
    this.changed()
    this.#follow()
  }
  static async roster(staffId, key) {
    const kept = await thing(`roster:${staffId}`)
    if (!kept) return null
    const prepared = await unlockWith(key, kept)
    // A list of days ago misleads: people have come and gone elsewhere.
    if (Date.now() - prepared.taken_at > LONGEST_HOURS * 3_600_000) { await dropThing(`roster:${staffId}`); return null }
    return prepared
  }
  // Which steps somebody of these roles may stand at, in the order of the session.
  get choices() { return Object.keys(STEPS).filter(step => this.may(...STEPS[step])) }
  async stand(step, table) {
    Object.assign(this, { step, table, placed: true, panel: null })
    await this.keepDraft({ place: { session_id: this.at.session_id, step, table } })
    this.changed()
  }
  get stale() { return Date.now() - this.prepared.taken_at > 24 * 3_600_000 }

  changed() {
    Object.assign(this, standing(this.prepared, this.board, this.outbox.entries))
    this.dispatchEvent(new Event("change"))
  }
  show(shown) {
    Object.assign(this, { shown, panel: null })
    this.keepDraft({ shown, answers: null })
    this.changed()
  }
  get person() {
    return this.visits.find(visit => visit.visit_id === this.shown) || this.expected.find(person => person.person_id === this.shown)
  }
  // What is half typed survives a reload, under the same key as the roster.
  async keepDraft(part) {
    this.draft = { ...this.draft, ...part }
    await this.#keep("draft", this.draft)
  }
  act(kind, body = {}) {
    return this.outbox.act(kind, { ...this.at, ...body })
  }
  // With a line: who is known by this name, sex and birth; nobody without one.
  async alike(described) {
    try {
      const answer = await fetch(`${this.address}/ngoai-danh-sach/trung`, { method: "POST", body: new URLSearchParams(described), headers: { accept: "application/json" }, signal: AbortSignal.timeout(5000) })
      return answer.ok ? (await answer.json()).alike : []
    } catch { return [] }
  }
  // With a line: have this device hold vials of the shelf. Without a lot it takes what a table takes along, once.
  // Answers the refusal, or null.
  async hold(asked = {}) {
    const body = JSON.stringify({ id: crypto.randomUUID(), device_id: this.device, ...asked })
    let refusal = null
    try {
      const answer = await fetch(`${this.address}/giu-lieu`, { method: "POST", body, headers: { "content-type": "application/json", accept: "application/json" } })
      if (!answer.ok) refusal = await answer.json()
    } catch { return null }
    await this.refresh()
    return refusal
  }

  async refresh() {
    const done = this.outbox.done
    try {
      const headers = { accept: "application/json", ...(this.board.tag && { "if-none-match": this.board.tag }) }
      const answer = await fetch(`${this.address}/bang?may=${this.device}`, { headers, cache: "no-store", signal: AbortSignal.timeout(8000) })
      if (!answer.ok && answer.status !== 304) return
      this.offset = Date.parse(answer.headers.get("server-clock")) - Date.now()
      // Nothing has changed since the board that lies here.
      if (answer.ok) {
        this.board = { ...await answer.json(), tag: answer.headers.get("etag") }
        await this.#keep("board", this.board)
      }
    } catch { return }
    this.outbox.seen(done)
    await wasOnline(this.staff.id)
    this.changed()
  }
  async prepareAgain() {
    const prepared = await this.download()
    if (!prepared || typeof prepared === "string") return false
    this.prepared = prepared
    await this.#keep("roster", prepared)
    await this.refresh()
    return true
  }
  #follow() {
    if (this.may("nurse") && this.outbox.line) this.hold()
    else this.refresh()
    setInterval(() => document.hidden || this.outbox.waiting.length || this.refresh(), BOARD_MS)
    setInterval(() => document.hidden || this.prepareAgain(), PREPARED_MS)
  }
  async #keep(name, value) { await keepThing(`${name}:${this.staff.id}`, await lock(this.key, value)) }
  async #kept(name) {
    const kept = await thing(`${name}:${this.staff.id}`)
    if (!kept) return null
    const value = await unlockWith(this.key, kept)
    return name === "board" && value.session.session_id !== this.at.session_id ? null : value
  }
}

export const desk = new Desk()
export const rosterOf = Desk.roster
