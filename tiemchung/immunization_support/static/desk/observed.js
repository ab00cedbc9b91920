// Who is observed after the injection, as rings that fill, and the vials at the table.
import { desk } from "./desk.js"
import { fill } from "./fill.js"
import { once, Part, tell } from "./parts.js"
import { hour, word } from "./words.js"

customElements.define("desk-observed", class extends Part {
  connectedCallback() {
    super.connectedCallback()
    this.addEventListener("click", event => {
      const name = event.target.closest("[data-id]"), go = event.target.closest("[data-go]")
      if (name) desk.show(name.dataset.id)
      if (go) once(go, async () => tell(await desk.act("visit.discharge", { visit_id: go.dataset.go })))
    })
  }
  facts() {
    return desk.visits.filter(visit => visit.step === "observation").map(visit => {
      const whole = Date.parse(visit.observe_until) - Date.parse(visit.injected_at), left = Date.parse(visit.observe_until) - desk.now()
      const minutes = Math.max(0, Math.ceil(left / 60_000)), over = left <= 0
      return {
        id: visit.visit_id, number: visit.number ?? "–", name: visit.name, mark: over ? "✓" : `${minutes}′`, kind: over ? "full" : "part",
        label: over ? word("over") : word("left", { minutes }), share: `${Math.round(100 - Math.max(0, 100 * left / whole))} 100`,
        early: over ? false : "", go_label: `${word("go-home")}: ${visit.number ?? ""} · ${visit.name}`,
      }
    })
  }
  show(rings) {
    this.replaceChildren(fill("t-observed", { count: rings.length }))
    this.querySelector("ul").append(...(rings.length ? rings.map(ring => fill("t-ring", ring)) : [fill("t-none-observed", {})]))
  }
})

customElements.define("desk-vials", class extends Part {
  connectedCallback() {
    super.connectedCallback()
    this.addEventListener("submit", async event => {
      event.preventDefault()
      const form = event.target, button = event.submitter
      const sent = Object.fromEntries(new FormData(form, button))
      if ("hold" in form.dataset) return once(button, () => this.hold(sent))
      if ("open" in form.dataset || "giveBack" in form.dataset) sent.device_id = desk.device
      if ("open" in form.dataset) sent.table = desk.table
      const kind = "giveBack" in form.dataset ? "escrow.give_back" : "open" in form.dataset ? "vial.open" : "putAway" in form.dataset ? "vial.put_away" : "vial.extra"
      if (kind === "vial.extra") sent.doses = 1
      await once(button, async () => tell(await desk.act(kind, sent)))
    })
  }
  async hold(asked) {
    const refusal = await desk.hold(asked)
    if (refusal) tell({ state: "refused", answer: refusal })
  }
  // A device that holds doses opens, without a line, what it holds and nothing else: it cannot see what others take.
  lots() {
    const words = (name, lot) => ({ value: lot.lot_id, words: word(name, { number: lot.number, doses: lot.on_hand }) })
    const held = desk.held.map(lot => words("lot-held", lot))
    if (desk.board.holds && !desk.outbox.line) return held
    return [...held, ...desk.shelf.filter(lot => lot.on_hand >= lot.doses_per_vial).map(lot => words("lot-left", lot))]
  }
  facts() {
    const mine = desk.may("nurse"), doses = desk.held.reduce((sum, lot) => sum + lot.on_hand, 0), { line } = desk.outbox
    return {
      vials: desk.vials.map(vial => {
        const all = vial.doses_nominal + vial.doses_extra
        return {
          id: vial.vial_id, number: vial.number ?? "–", left: vial.doses_left, all, lot: vial.lot_number, time: hour(vial.use_by), mine,
          over: Date.parse(vial.use_by) <= desk.now(), waits: vial.number === null,
          table: desk.prepared.session.tables > 1 && vial.table_number ? `· ${word("table", { number: vial.table_number })}` : "", cells: Array.from({ length: all }, (_, k) => ({ empty: k >= vial.doses_left })),
        }
      }),
      advice: (desk.outbox.line && desk.board.advice || []).map(words => ({ words })),
      lots: mine ? this.lots() : [],
      hold: mine ? { doses, line, some: doses > 0, spent: !line && !doses && desk.board.holds, shelf: line ? desk.shelf.map(lot => ({ value: lot.lot_id, words: word("lot-left", { number: lot.number, doses: lot.on_hand }) })) : [] } : null,
    }
  }
  show({ vials, lots, hold, advice }) {
    // What somebody has unfolded stays so when the table changes.
    const unfolded = [...this.querySelectorAll("details[open] summary")].map(one => one.textContent)
    this.replaceChildren(...(advice.length ? [fill("t-advice", { advice })] : []), ...vials.map(vial => fill("t-vial", vial)), ...(lots.length ? [fill("t-open", { lots })] : []), ...(hold && (hold.line || hold.some || hold.spent) ? [fill("t-held", hold)] : []))
    for (const one of this.querySelectorAll("summary")) one.parentElement.open = unfolded.includes(one.textContent)
  }
})
