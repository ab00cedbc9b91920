// Asks the browser for push messages about one person; without it, SMS remains.
customElements.define("push-switch", class extends HTMLElement {
  connectedCallback() {
    if (!("PushManager" in window)) return
    this.button = this.querySelector("button")
    this.button.hidden = false
    this.button.addEventListener("click", () => this.ask())
  }
  async ask() {
    const told = this.querySelector("[role=status]")
    const worker = await navigator.serviceWorker.ready
    const granted = await Notification.requestPermission()
    if (granted !== "granted") { told.textContent = this.button.dataset.refused; return }
    const wanted = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.getAttribute("key") })).toJSON()
    const body = { id: this.getAttribute("command"), person_id: this.getAttribute("person"), endpoint: wanted.endpoint, ...wanted.keys }
    const answer = await fetch("/so-suc-khoe/thong-bao", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
    if (answer.ok) { told.textContent = this.button.dataset.done; this.button.hidden = true }
  }
})
