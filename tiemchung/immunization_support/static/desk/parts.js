// What the parts of the page share: each shows itself when the application changes, and only when what it shows has changed.
import { desk } from "./desk.js"
import { word } from "./words.js"

export class Part extends HTMLElement {
  connectedCallback() { desk.addEventListener("change", () => desk.ready && this.#fresh()) }
  #fresh() {
    const facts = this.facts(), seen = JSON.stringify(facts)
    if (seen === this.shown) return
    this.shown = seen
    this.show(facts)
  }
}

const said = document.getElementById("desk-said")
let silence
// What came of an act, in one line that goes away; a refusal stays.
export function tell(entry) {
  clearTimeout(silence)
  const refused = entry.state === "refused"
  said.className = `desk-said ${refused ? "bad" : entry.state === "waiting" ? "warn" : "ok"}`
  const title = document.documentElement.lang === "en" ? entry.answer?.title_en : entry.answer?.title
  said.textContent = refused ? title : word(entry.state === "waiting" ? "kept" : "done")
  if (!refused) { navigator.vibrate?.(40); silence = setTimeout(() => said.textContent = "", 4000) }
  return !refused
}
export function hush() { said.textContent = "" }
// An act is done once however often the button is pressed.
export async function once(button, work) {
  if (button?.disabled) return
  if (button) button.disabled = true
  try { return await work() } finally { if (button) button.disabled = false }
}
