// The person in the middle: what is known, the three checks, and the one thing that is to be done now.
import { desk } from "./desk.js"
import { fill } from "./fill.js"
import { hush, once, Part, tell } from "./parts.js"
import { conclude } from "./standing.js"
import { day, decimal, hour, initials, word } from "./words.js"

const UNDO_MS = 60_000
const KINDS = {
  "visit.check_in": "check-in", "visit.walk_in": "walk-in", "visit.consent": "consent", "visit.declare": "declare", "visit.screen": "screen", "visit.not_done": "not-done",
  "visit.discharge": "discharge", "visit.incident": "incident", "immunization.record": "record", "immunization.undo": "undo", "vial.open": "open", "escrow.give_back": "give-back", "vial.put_away": "put-away", "vial.extra": "extra",
}

// The vital signs that matter at the table, as the doctor measured them.
const measured = ({ temperature_c, systolic, diastolic } = {}) => [
  temperature_c && `${decimal(temperature_c)} °C`, systolic && diastolic && word("pressure", { systolic, diastolic }),
].filter(Boolean)

customElements.define("desk-person", class extends Part {
  connectedCallback() {
    super.connectedCallback()
    this.addEventListener("click", event => {
      const next = event.target.closest("[data-next]"), doing = event.target.closest("button[data-do]")
      const again = event.target.closest("[data-again]"), forget = event.target.closest("[data-forget]")
      const entry = button => desk.outbox.entries.find(one => one.id === (button.dataset.again || button.dataset.forget))
      if (next) { hush(); desk.show(next.dataset.next) }
      else if (again) once(again, () => desk.outbox.again(entry(again)))
      else if (forget) once(forget, () => desk.outbox.forget(entry(forget)))
      else if (event.target.closest("[data-all-no]")) this.allNo()
      else if (doing) once(doing, () => this.do(doing.dataset.do))
    })
    this.addEventListener("submit", event => {
      event.preventDefault()
      once(event.submitter, () => this.do(event.target.dataset.do, event.submitter))
    })
    this.addEventListener("input", () => this.querySelector("form[data-do=screen]") && this.judge())
    document.addEventListener("keydown", event => {
      if (event.key === "Enter" && event.target === document.body) this.querySelector(".go .btn[form]")?.click()
    })
  }

  facts() {
    if (desk.panel === "place" || !desk.panel && !desk.person && !desk.placed) return { panel: "place", ...this.places() }
    if (desk.panel === "walk-in") return { panel: "walk-in", card: desk.card || {}, allowers: desk.prepared.allowers.map(one => ({ value: one.staff_id, words: one.name })) }
    if (desk.panel === "sync") return { panel: "sync", rows: this.syncRows(), waiting: desk.outbox.waiting.length, refused: desk.outbox.refused.length }
    const { person } = desk
    if (!person) return { panel: "empty" }
    // What is half typed stays when others move on: only what changes this person's page makes it anew.
    const panel = desk.panel || person.step || "expected", id = desk.shown
    if (["leave", "incident", "declare"].includes(panel)) return { panel, id }
    const { consented, conclusion, sheet, declared } = person, vial = this.vial(person)
    if (["screening", "injection"].includes(panel)) return { panel, id, consented, conclusion, sheet, declared: declared?.at, stop: this.stop(person), vial: vial?.vial_id, number: person.number }
    return { panel, id, person, undo: this.mayUndo(person), next: this.next(person), line: desk.outbox.line }
  }
  show(facts) {
    const { person } = desk
    this.replaceChildren(...this.parts(person ? { ...facts, person, vial: this.vial(person) } : facts))
    if (facts.panel === "screening") this.restore()
    this.come(facts)
    if (facts.panel === "walk-in") this.prefill(facts.card)
  }
  // On a narrow screen the parts stand one under the other: whoever was chosen comes into view, with what is to be done.
  come({ panel, id }) {
    const now = `${panel} ${id}`
    if (now !== this.at && !["empty", "place"].includes(panel) && matchMedia("(max-width: 900px)").matches) this.scrollIntoView()
    this.at = now
  }
  parts(facts) {
    const { panel, person, vial } = facts
    if (panel === "empty") return [fill("t-empty", {})]
    if (panel === "walk-in") return [fill("t-walk-in", facts)]
    if (panel === "place") return [fill("t-place", facts)]
    if (panel === "sync") return [fill("t-sync", facts)]
    const head = [this.head(person)]
    if (person.visit_id) head.push(this.checks(person))
    const agree = !person.consented && ["expected", "screening", "injection"].includes(panel) && person.visit_id ? [fill("t-consent", {})] : []
    if (person.reactions?.length && ["expected", "screening", "injection"].includes(panel)) head.push(fill("t-reactions", { reactions: person.reactions.map(words => ({ words })) }))
    switch (panel) {
      case "declare": return [...head, fill("t-declare", {})]
      case "leave": return [...head, fill("t-leave", {})]
      case "incident": return [...head, fill("t-incident", {})]
      case "expected": return [...head, fill("t-expected", { time: hour(person.starts_at), stop: person.stop })]
      case "screening": return [...head, ...agree, ...(person.doses.length ? [this.history(person)] : []), desk.may("doctor") ? fill("t-screening", this.sheet(person)) : fill("t-screening-wait", {})]
      case "injection": {
        const stop = this.stop(person)
        const warnings = person.warnings.map(words => ({ words }))
        const ready = vial && !stop && person.consented && desk.may("nurse")
        return [...head, ...agree, ...(stop ? [fill("t-stopped", { stop })] : [fill("t-injection", { ...this.injection(person, vial), warnings, warned: warnings.length > 0 })]), this.history(person), fill("t-go", { ready })]
      }
      case "observation": case "done":
        return [...head, fill("t-given", {
          ...person, time: hour(person.injected_at), until: hour(person.observe_until), undo: facts.undo, watched: panel === "observation", ordinal: person.ordinal ?? "",
          late_words: !facts.undo && facts.line, page: `${desk.address}?nguoi=${person.visit_id}`, confirmation: panel === "done" && facts.line && `${desk.address}/nguoi/${person.visit_id}/giay-xac-nhan`,
        }), this.history(person), ...(facts.next ? [fill("t-next", facts.next)] : [])]
      default: return [...head, fill("t-gone", {}), ...(facts.next ? [fill("t-next", facts.next)] : [])]
    }
  }

  head(person) {
    return fill("t-head", {
      ...person, initials: initials(person.name), years: word("years", person), sex_words: word(person.sex), number: person.number || "",
      document_words: person.document ? ` · ${person.document}` : "", place: person.area_name ? ` · ${person.area_name}` : "",
    })
  }
  checks(person) {
    const last = person.doses[0], fit = person.conclusion === "eligible", stop = this.stop(person)
    return fill("t-checks", {
      fit, unfit: !fit, conclusion: person.conclusion ? word(`c-${person.conclusion}`) : word("not-screened"),
      screened: person.override_reason ? word("override", { reason: person.override_reason }) : person.screened_at ? [...measured(person.vitals), word("screened-at", { time: hour(person.screened_at) })].join(" · ") : "",
      free: !stop, stop, gate: stop ? word("may-not") : person.stranger ? word("stranger") : word("may"),
      before: stop || (last ? word("before", { product: last.product_name, day: day(last.on) }) : word("none-before")),
      adult: person.age >= 18, child: person.age < 18, agreed: person.consented ? word("agreed") : word("not-agreed"),
      who: word(person.age < 18 ? "guardian" : "ask-name"),
      ...this.declared(person),
    })
  }
  declared({ declared, step }) {
    const clear = Boolean(declared?.clear)
    return {
      declaring: step === "screening" || Boolean(declared) && !clear, clear, unclear: !clear, told: declared ? word("declared", { time: hour(declared.at) }) : word("not-declared"), said: declared?.words || "",
      ask: !declared && desk.may("registrar", "nurse", "doctor"),
    }
  }
  places() {
    return {
      steps: desk.choices.map(step => ({ value: step, words: word(`s-${step}`), on: step === desk.step ? "" : false })),
      tables: desk.prepared.session.tables > 1 && Array.from({ length: desk.prepared.session.tables }, (_, k) => ({ value: k + 1, words: word("table", { number: k + 1 }), on: k + 1 === desk.table ? "" : false })),
    }
  }
  stop(person) { return person.stop || (person.wrong_age ? word("wrong-age", person.wrong_age) : null) }
  history(person) { return fill("t-history", { doses: person.doses.map(dose => ({ ...dose, lot: dose.lot || "–", day: day(dose.on) })) }) }
  injection(person, vial) {
    const volume = Number(person.volume_ml ?? vial?.volume_ml ?? 0).toFixed(2)
    return vial ? {
      vial: true, product_name: vial.product_name, lot_number: vial.lot_number, expires: day(vial.expires_on), use_by: hour(vial.use_by), ordinal: person.ordinal ?? "–",
      vial_words: vial.number ? word("vial", vial) : word("fresh-vial"), volume: `${decimal(volume)} ml`,
    } : { vial: false }
  }
  vial(person) {
    if (person.step !== "injection") return null
    const may = desk.vials.filter(vial => vial.doses_left > 0 && Date.parse(vial.use_by) > desk.now())
    const here = may.filter(vial => vial.table_number === desk.table), fit = here.length ? here : may
    return fit.find(vial => vial.vial_id === desk.chosenVial) || fit.at(-1) || null
  }
  mayUndo(person) { return person.step === "observation" && desk.may("nurse") && desk.now() - Date.parse(person.injected_at) < UNDO_MS }
  next(person) {
    const step = desk.may("doctor") && !desk.may("nurse") ? "screening" : "injection"
    const found = desk.visits.find(visit => visit.step === step && visit.visit_id !== person.visit_id)
    return found && { id: found.visit_id, number: found.number ?? "–", name: found.name }
  }

  sheet(person) {
    const sheet = desk.prepared.sheets[person.sheet]
    return {
      paper: sheet.paper, questions: sheet.questions.map((one, k) => ({ ...one, nth: k + 1 })),
      signs: sheet.signs.map(sign => ({ ...sign, hint_id: `${sign.id}-hint`, normal: word(sign.least === null ? "normal-to" : "normal", { least: decimal(sign.least), most: decimal(sign.most) }) })),
    }
  }
  typed() { return Object.fromEntries(new FormData(this.querySelector("form[data-do=screen]"))) }
  judge() {
    const sheet = desk.prepared.sheets[desk.person.sheet], typed = this.typed()
    const missing = sheet.questions.filter(one => !typed[one.id]).length
    const found = conclude(sheet, typed, typed), box = this.querySelector("[data-verdict]")
    box.className = `alert ${missing ? "" : { eligible: "ok", caution: "warn", hospital: "warn" }[found.outcome] || "bad"}`
    box.querySelector("[data-outcome]").textContent = missing ? word("unanswered", { count: missing }) : word(`c-${found.outcome}`)
    box.querySelector("[data-reasons]").textContent = missing ? "" : found.reasons.join("; ")
    this.querySelector("[data-override]").hidden = missing || found.goesOn
    desk.keepDraft({ answers: typed })
    return { missing, ...found, typed }
  }
  restore() {
    const kept = desk.draft.shown === desk.shown && desk.draft.answers
    const form = this.querySelector("form[data-do=screen]")
    if (!form) return
    for (const [name, value] of Object.entries(kept || {})) {
      const field = form.elements[name]
      if (field) field.value = value
    }
    this.judge()
  }
  allNo() {
    for (const radio of this.querySelectorAll("input[type=radio][value=no]")) {
      const { elements } = radio.form
      if (!elements[radio.name].value) radio.checked = true
    }
    if (this.querySelector("form[data-do=screen]")) this.judge()
  }
  ask(alike) {
    const rows = alike.map(one => ({ value: one.person_id, words: [one.name, one.birth, one.area_name, one.document || word("no-document")].join(" · ") }))
    const box = this.querySelector("[data-alike]")
    box.replaceChildren(fill("t-alike", { rows }))
    box.querySelector("input").focus()
  }
  prefill(card) {
    const form = this.querySelector("form")
    for (const name of ["name", "birth", "sex", "number", "address"]) if (card[name]) form.elements[name].value = card[name]
  }

  async do(what, button) {
    const visit_id = desk.person?.visit_id
    hush()
    switch (what) {
      case "back": desk.panel = null; return desk.changed()
      case "leave": desk.panel = "leave"; return desk.changed()
      case "trouble": desk.panel = "incident"; return desk.changed()
      case "incident": {
        const form = this.querySelector("#incident"), typed = new FormData(form)
        if (!form.reportValidity()) return
        const note = typed.get("note")
        const told = tell(await desk.act("visit.incident", { visit_id, dangers: typed.getAll("dangers"), note }))
        if (told && typed.get("transfer")) tell(await desk.act("visit.discharge", { visit_id, reason: `${word("k-incident")}: ${note}`.slice(0, 300) }))
        if (told) { desk.panel = null; desk.changed() }
        return
      }
      case "check-in": {
        const entry = await desk.act("visit.check_in", { code: desk.person.code })
        if (tell(entry)) desk.show(entry.id)
        return
      }
      case "consent": return tell(await desk.act("visit.consent", { visit_id, given_by: button.value }))
      case "screen": {
        const { missing, outcome, typed } = this.judge()
        if (missing) return this.querySelector("fieldset:not(:has(:checked)) input")?.focus()
        if (!typed.temperature_c) { this.querySelector("[name=temperature_c]").focus(); return }
        return this.after(await desk.act("visit.screen", { visit_id, ...typed, concluded: outcome }))
      }
      case "inject": {
        const vial = this.vial(desk.person), body_site = this.querySelector("[name=body_site]:checked").value
        const read = this.querySelector("[name=warnings_read]")
        if (read && !read.checked) return read.focus()
        return tell(await desk.act("immunization.record", { visit_id, vial_id: vial.vial_id, lot_id: vial.lot_id, body_site, warnings_read: read ? "1" : "" }))
      }
      case "undo": return tell(await desk.act("immunization.undo", { visit_id }))
      case "not-done": {
        const form = this.querySelector("form[data-do=not-done]")
        if (!form.reportValidity()) return
        return this.after(await desk.act("visit.not_done", { visit_id, reason: form.elements.reason.value }))
      }
      case "walk-in": {
        const form = this.querySelector("form[data-do=walk-in]")
        if (!form.reportValidity()) return
        const typed = Object.fromEntries([...new FormData(form)].filter(([, value]) => value))
        // Whom the record may belong to already is asked once, and only with a line; without one a review finds doubles.
        if (!typed.same_as && desk.outbox.line) {
          const { name, birth, sex, number = "", phone = "" } = typed
          const alike = await desk.alike({ name, birth, sex, number, phone })
          if (alike.length) return this.ask(alike)
        }
        const entry = await desk.act("visit.walk_in", typed)
        if (tell(entry)) desk.show(entry.id)
        return
      }
      case "declare-ask": desk.panel = "declare"; return desk.changed()
      case "declare": {
        const form = this.querySelector("form[data-do=declare]"), typed = Object.fromEntries(new FormData(form))
        const open = form.querySelector("fieldset:not(:has(:checked)) input")
        if (open) return open.focus()
        if (typed.k_travelled === "yes" && !typed.travel) return form.elements.travel.focus()
        if (!tell(await desk.act("visit.declare", { visit_id, ...typed }))) return
        desk.panel = null
        return desk.changed()
      }
      case "place": {
        const typed = new FormData(this.querySelector("form[data-do=place]"))
        return desk.stand(typed.get("step") || desk.step, Number(typed.get("table")) || 1)
      }
      case "export": return this.export()
    }
  }
  after(entry) {
    if (!tell(entry)) return
    desk.panel = null
    const next = this.next(desk.person || {})
    desk.show(next ? next.id : null)
  }

  syncRows() {
    return [...desk.outbox.waiting, ...desk.outbox.refused].map(entry => ({
      id: entry.id, what: word(`k-${KINDS[entry.kind] || "other"}`), when: entry.at ? hour(entry.at) : "", waits: entry.state === "waiting",
      who: desk.visits.find(visit => [entry.id, entry.body.visit_id].includes(visit.visit_id))?.name || entry.body.name || "",
      refused: entry.state === "refused", why: entry.answer?.title || "", dose: entry.kind === "immunization.record",
    }))
  }
  // For a device whose line does not come back: sealed letters in a file that only the server can read.
  export() {
    const letters = [...desk.outbox.waiting, ...desk.outbox.refused].map(({ id, at, letter }) => ({ id, kind: "sealed", at: at || new Date().toISOString(), body: { letter } }))
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob([JSON.stringify(letters)], { type: "application/json" }))
    link.download = `tiem-chung-${new Date().toISOString().slice(0, 16).replace(":", "")}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  }
})
