// The door of the application: who is here, which session, and the PIN that opens what lies on the device.
import { desk, rosterOf } from "./desk.js"
import { fill } from "./fill.js"
import { holders, isStale, setPin, unlock, wasOnline, WrongPin } from "./vault.js"
import { word } from "./words.js"

const PIN = /^\d{6}$/

customElements.define("desk-lock", class extends HTMLElement {
  async connectedCallback() {
    desk.at = await desk.where()
    if (!desk.at) return this.note("no-session", "/diem-tiem/hom-nay", "today")
    const prepared = await desk.download()
    if (prepared === "gone") return this.note("no-session", "/diem-tiem/hom-nay", "today")
    const known = await holders()
    if (prepared && typeof prepared === "object") {
      const mine = known.find(vault => vault.staff.id === prepared.staff.id)
      return mine ? this.ask([mine], prepared) : this.begin(prepared)
    }
    const here = known.filter(vault => !isStale(vault))
    if (here.length) return this.ask(here, null)
    this.note("need-line", "/diem-tiem/dang-nhap", "sign-in")
  }
  note(name, href, button) {
    this.replaceChildren(fill("t-note", { title: word(name), words: word(`${name}-hint`), href, button: word(button) }))
  }
  // The first time on this device: a PIN, and the device's name for the site's list.
  begin(prepared) {
    const form = this.form({ title: word("set-pin"), hint: word("set-pin-hint"), button: word("keep"), fresh: true, holders: [] })
    form.addEventListener("submit", async event => {
      event.preventDefault()
      const { pin, again, name } = form.elements
      if (!PIN.test(pin.value)) return this.wrong(word("pin-form"))
      if (pin.value !== again.value) return this.wrong(word("pin-differs"))
      if (!await desk.enrol(name.value.trim() || navigator.platform || "Máy").catch(() => false)) return this.wrong(word("not-enrolled"))
      this.enter(await setPin(prepared.staff, pin.value), prepared)
    })
  }
  ask(known, prepared) {
    const rows = known.map(({ staff }) => ({ value: staff.id, words: staff.name }))
    const name = known.length === 1 ? known[0].staff.name : ""
    const form = this.form({ title: word("unlock"), hint: name && word("unlock-hint", { name }), button: word("open"), several: known.length > 1, holders: rows })
    form.addEventListener("submit", async event => {
      event.preventDefault()
      const { pin, who } = form.elements
      if (!PIN.test(pin.value)) return this.wrong(word("pin-form"))
      const staffId = who?.value || known[0].staff.id
      try {
        const key = await unlock(staffId, pin.value)
        if (prepared) await wasOnline(staffId)
        const roster = prepared || await rosterOf(staffId, key)
        if (!roster || roster.session.session_id !== desk.at.session_id) return this.note("need-line", "/diem-tiem/dang-nhap", "sign-in")
        this.enter(key, roster)
      } catch (wrong) {
        this.wrong(wrong instanceof WrongPin ? word("pin-wrong", { left: wrong.left }) : word("wiped"))
      }
    })
  }
  form(facts) {
    this.replaceChildren(fill("t-lock", facts))
    const form = this.querySelector("form")
    form.elements.pin.focus()
    return form
  }
  wrong(words) {
    this.querySelector("#lock-error").textContent = words
    const { pin } = this.querySelector("form").elements
    pin.setAttribute("aria-invalid", "true")
    pin.value = ""
    pin.focus()
  }
  async enter(key, prepared) {
    this.remove()
    document.getElementById("desk").hidden = false
    await desk.open(key, prepared)
    document.getElementById("code")?.focus()
  }
})
