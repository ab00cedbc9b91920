// Whether there is a line, what waits, and the button that tries again.
import { desk } from "./desk.js"
import { hour } from "./words.js"
import { say } from "./fill.js"
import { Part } from "./parts.js"

customElements.define("desk-line", class extends Part {
  connectedCallback() {
    super.connectedCallback()
    this.querySelector("[data-retry]").addEventListener("click", async () => { await desk.outbox.flush(); await desk.prepareAgain() })
    this.querySelector("[data-look]").addEventListener("click", () => { desk.panel = "sync"; desk.changed() })
  }
  facts() {
    const { line, signedOut, waiting, refused } = desk.outbox
    const name = signedOut ? "signedOut" : !line ? (waiting.length ? "waits" : "offline") : refused.length ? "refused" : waiting.length ? "sending" : desk.stale ? "stale" : ""
    return { name, signedOut, count: name === "refused" ? refused.length : waiting.length, time: hour(desk.prepared.taken_at) }
  }
  show({ name, signedOut, ...facts }) {
    this.hidden = !name
    this.classList.toggle("bad", name === "refused")
    this.querySelector("[data-words]").textContent = name ? say(this.dataset[name], facts) : ""
    this.querySelector("[data-sign-in]").hidden = !signedOut
  }
})
