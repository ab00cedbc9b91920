// The queue: one box for every code, the steps as tabs, who waits how long.
import { bare, fold, lastDay, read } from "./code.js"
import { desk } from "./desk.js"
import { fill } from "./fill.js"
import { hush, Part, tell } from "./parts.js"
import { hour, minutes, word } from "./words.js"

const LATE_MINUTES = 15, MOST = 200

customElements.define("desk-queue", class extends Part {
  connectedCallback() {
    super.connectedCallback()
    this.append(fill("t-queue", {}))
    this.box = this.querySelector("#code")
    this.querySelector("form").addEventListener("submit", event => { event.preventDefault(); this.typed(this.box.value) })
    this.box.addEventListener("input", () => { this.looked = ""; desk.changed() })
    this.querySelector("[data-walk-in]").addEventListener("click", () => this.walkIn({}))
    this.addEventListener("code", event => this.typed(event.detail))
    this.addEventListener("click", event => {
      const row = event.target.closest("[data-id]"), tab = event.target.closest("[data-step]")
      if (row) { hush(); desk.show(row.dataset.id) }
      if (tab) { desk.step = tab.dataset.step; desk.changed() }
    })
    // A scanner on USB types wherever the focus is; its letters belong into the box.
    document.addEventListener("keydown", event => {
      const into = event.target.closest?.("input, select, textarea, button, a, summary")
      if (!into && event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.box.focus()
    })
    setInterval(() => desk.ready && desk.changed(), 20_000)
  }
  facts() {
    const read_ = read(this.box.value)
    const words = read_?.kind === "name" ? read_.words : ""
    const everybody = [...desk.visits, ...desk.expected]
    const shown = words ? everybody.filter(one => fold(one.name).includes(words)) : this.of(desk.step)
    return {
      rows: shown.slice(0, MOST).map(one => this.row(one)),
      counts: Object.fromEntries(["expected", "screening", "injection", "observation", "done"].map(step => [step, this.of(step).length])),
      step: words ? "" : desk.step, note: this.looked || "",
    }
  }
  show({ rows, counts, step, note }) {
    for (const tab of this.querySelectorAll("[data-step]")) {
      tab.querySelector("b").textContent = counts[tab.dataset.step]
      tab.setAttribute("aria-selected", tab.dataset.step === step)
    }
    this.querySelector("ol").replaceChildren(...(rows.length ? rows.map(row => fill("t-row", row)) : [fill("t-nobody", {})]))
    this.querySelector("[data-found]").replaceChildren(...(note ? [fill("t-unknown", note)] : []))
  }
  of(step) { return step === "expected" ? desk.expected : desk.visits.filter(visit => visit.step === step) }
  row(one) {
    const id = one.visit_id || one.person_id
    const waited = minutes(one.step === "injection" && one.screened_at ? one.screened_at : one.checked_in_at, desk.now())
    const waiting = ["screening", "injection"].includes(one.step)
    return {
      id, number: one.number ?? (one.starts_at && !one.visit_id ? hour(one.starts_at) : "–"), name: one.name, born: one.birth,
      which: one.ordinal ? `${word("k-dose")} ${one.ordinal}` : word("k-walk-in"), on: id === desk.shown, current: String(id === desk.shown),
      minutes: waiting ? String(waited) : "", late: waiting && waited >= LATE_MINUTES, waits: Boolean(one.waits),
    }
  }

  async typed(text) {
    hush()
    this.looked = ""
    const found = read(text)
    if (!found) return
    const taken = await this[found.kind](found)
    if (taken) this.box.value = ""
    this.box.focus()
    desk.changed()
  }
  async code({ code }) {
    const person = desk.prepared.people.find(one => one.code && bare(one.code) === code)
    const visit = person && desk.visits.find(one => one.person_id === person.person_id)
    if (visit) return this.showVisit(visit)
    if (!person && !desk.outbox.line) return this.unknown()
    if (person?.stop) { desk.show(person.person_id); return true }
    const entry = await desk.act("visit.check_in", { code })
    if (tell(entry)) { desk.show(entry.id); return true }
    return false
  }
  async card(card) {
    const same = one => fold(one.name) === fold(card.name) && one.birth_date === card.birth_date
    const visit = desk.visits.find(same), person = desk.expected.find(same)
    if (visit) return this.showVisit(visit)
    if (person) { desk.show(person.person_id); return true }
    this.walkIn(card)
    return true
  }
  async declaration({ code }) {
    const said = [...desk.visits, ...desk.expected].find(one => one.declared?.code === code)
    if (!said) { this.note(word("unknown"), word("declaration-hint")); return false }
    desk.show(said.visit_id || said.person_id)
    return true
  }
  async number({ number }) {
    const visit = desk.visits.find(one => one.number === number)
    return visit ? this.showVisit(visit) : this.unknown()
  }
  async name({ words }) {
    const found = [...desk.visits, ...desk.expected].filter(one => fold(one.name).includes(words))
    if (!found.length) return this.unknown()
    if (found.length > 1) { this.note(word("found-many", { count: found.length }), ""); return false }
    desk.show(found[0].visit_id || found[0].person_id)
    return true
  }
  async pack({ lot, expires, gtin, wrong }) {
    const printed = expires && lastDay(expires)
    if (wrong || !lot) { this.note(word("pack-wrong", { gtin }), ""); return true }
    if (printed && printed < new Date(desk.now()).toISOString().slice(0, 10)) { this.note(word("pack-over", { lot, day: printed.split("-").reverse().join("/") }), ""); return true }
    const vial = desk.vials.find(one => one.lot_number === lot && one.doses_left > 0)
    const known = desk.prepared.lots.some(one => one.number === lot)
    if (vial) desk.chosenVial = vial.vial_id
    this.note(word(vial ? "lot-open" : known ? "lot-closed" : "lot-unknown", { lot }), "")
    return true
  }
  showVisit(visit) { desk.show(visit.visit_id); return true }
  unknown() { this.note(word("unknown"), word("unknown-hint")); return false }
  note(title, words) { this.looked = { title, words } }
  walkIn(card) {
    desk.panel = "walk-in"
    desk.card = card
    desk.shown = null
    desk.changed()
  }
})
