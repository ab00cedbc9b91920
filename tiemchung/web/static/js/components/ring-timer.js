// Keeps the queue and the observation rings fresh while nobody is typing; without JavaScript, reloading does it.
const EVERY_MS = 15000
customElements.define("ring-timer", class extends HTMLElement {
  connectedCallback() {
    if (document.querySelector("ring-timer") !== this) return
    this.timer = setInterval(() => {
      const busy = document.activeElement?.matches("input, select, textarea") || document.visibilityState !== "visible"
      if (!busy && !document.querySelector(".field.bad")) location.reload()
    }, EVERY_MS)
  }
  disconnectedCallback() { clearInterval(this.timer) }
})
