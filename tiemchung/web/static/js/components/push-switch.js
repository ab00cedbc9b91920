// Asks the browser for push messages when somebody presses; where there are none, nothing is shown and SMS remains.
customElements.define("push-switch", class extends HTMLElement {
  connectedCallback() {
    if (!("PushManager" in window) || Notification.permission === "denied") return
    this.hidden = false
    this.querySelector("button").addEventListener("click", () => this.ask())
  }
  async ask() {
    const granted = await Notification.requestPermission()
    this.tell(granted === "granted" ? await this.subscribe().catch(() => "away") : "refused")
  }
  async subscribe() {
    const { pushManager } = await navigator.serviceWorker.ready
    const wanted = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.getAttribute("key") })).toJSON()
    const body = JSON.stringify({ id: this.getAttribute("command"), endpoint: wanted.endpoint, ...wanted.keys })
    const answer = await fetch("/so-suc-khoe/thong-bao", { method: "POST", headers: { "content-type": "application/json" }, body })
    return answer.ok ? "done" : "away"
  }
  tell(outcome) {
    this.querySelector("[role=status]").textContent = this.dataset[outcome]
    this.querySelector("button").hidden = outcome !== "away"
  }
})
