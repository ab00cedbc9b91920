// Hears the stream of its wall: fresh panels replace their elders; silence shows as amber edges, then as a red strip.
const LATE_MS = 30_000, LOST_MS = 120_000, AGAIN_MS = 5_000, SHIFT_MS = 600_000
customElements.define("live-wall", class extends HTMLElement {
  connectedCallback() {
    this.heard = Date.now()
    this.listen()
    this.timer = setInterval(() => this.look(), 1000)
    // Screens that show the same for months burn in: the picture moves by two pixels every ten minutes.
    this.shifts = setInterval(() => { this.style.translate = this.style.translate ? "" : "2px 2px" }, SHIFT_MS)
  }
  disconnectedCallback() { this.source.close(); [this.timer, this.shifts, this.again].forEach(clearTimeout) }
  listen() {
    this.source = new EventSource(this.getAttribute("src"))
    this.source.addEventListener("panels", event => { this.hear(); this.put(event.data) })
    this.source.addEventListener("beat", event => { this.hear(); this.querySelector(".behind").textContent = event.data })
    // A browser gives up on an answer that is no stream (a restart, an ended sign-in): ask again, each wall at its own moment.
    this.source.addEventListener("error", () => {
      if (this.source.readyState === EventSource.CLOSED) this.again = setTimeout(() => this.listen(), AGAIN_MS * (1 + Math.random()))
    })
  }
  hear() { this.heard = Date.now(); this.look() }
  put(html) {
    const fresh = document.createElement("template"), focus = document.activeElement?.getAttribute("href")
    fresh.innerHTML = html
    for (const panel of [...fresh.content.children]) document.getElementById(panel.id)?.replaceWith(panel)
    if (focus && document.activeElement === document.body) this.querySelector(`a[href="${CSS.escape(focus)}"]`)?.focus()
  }
  look() {
    const silent = Date.now() - this.heard, lost = this.querySelector(".lost")
    const age = silent > LOST_MS ? "lost" : silent > LATE_MS ? "late" : "fresh"
    if (this.dataset.age === age) return
    this.dataset.age = age
    const since = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" })
    lost.textContent = age === "lost" ? `${lost.dataset.words} ${since.format(this.heard)}` : ""
  }
})
