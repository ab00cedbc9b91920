// Shows the provinces in turn, half a minute each, and stays where a serious alert is open; keys 1 to 9 pick a page of the menu.
const KEPT = "wall-turn"
customElements.define("wall-turn", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.button.hidden = false
    this.button.addEventListener("click", () => { sessionStorage.setItem(KEPT, JSON.stringify(this.pages ? null : this.provinces())); this.start() })
    this.keys = event => this.pick(event)
    addEventListener("keydown", this.keys)
    this.timer = setInterval(() => this.turn(), 1000)
    this.start()
  }
  disconnectedCallback() { clearInterval(this.timer); removeEventListener("keydown", this.keys) }
  start() {
    this.since = Date.now()
    this.pages = JSON.parse(sessionStorage.getItem(KEPT) ?? "null")
    this.button.setAttribute("aria-pressed", this.pages !== null)
  }
  provinces() { return [...document.querySelectorAll("#wall-map a")].map(link => link.getAttribute("href")) }
  turn() {
    const serious = Number.parseInt(document.querySelector("#wall-alerts .tally .bad")?.textContent ?? "0", 10)
    if (!this.pages?.length || serious > 0 || Date.now() - this.since < Number(this.getAttribute("seconds")) * 1000) return
    this.since = Date.now()
    location.assign(this.pages[(this.pages.indexOf(location.pathname) + 1) % this.pages.length])
  }
  pick(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return
    document.querySelectorAll(".wall-nav a")[Number(event.key) - 1]?.click()
  }
})
