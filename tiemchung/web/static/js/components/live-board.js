// Swaps the board for the newest one; says when nothing was heard: amber edges after 30 s, the words after 2 min.
const QUIET_MS = 30_000, LOST_MS = 120_000
customElements.define("live-board", class extends HTMLElement {
  connectedCallback() {
    this.heard = new Date()
    this.source = new EventSource(this.getAttribute("src"))
    this.source.addEventListener("board", event => { this.heard = new Date(); this.innerHTML = event.data })
    this.source.addEventListener("beat", () => { this.heard = new Date() })
    this.timer = setInterval(() => this.tick(), 1000)
    this.tick()
  }
  disconnectedCallback() { this.source.close(); clearInterval(this.timer) }
  tick() {
    const quiet = Date.now() - this.heard, link = document.getElementById("link")
    const hours = new Intl.DateTimeFormat("vi-VN", { timeStyle: "medium", hour12: false, timeZone: "Asia/Ho_Chi_Minh" })
    document.getElementById("clock").textContent = hours.format(new Date())
    document.body.classList.toggle("quiet", quiet > QUIET_MS)
    document.body.classList.toggle("lost", quiet > LOST_MS)
    link.querySelector("b").textContent =
      quiet > LOST_MS ? `${link.dataset.lost} ${hours.format(this.heard).slice(0, 5)}` : link.dataset.live
  }
})
