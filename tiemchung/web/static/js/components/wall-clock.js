// Viet Nam's time to the second; without JavaScript the time at which the page was made remains.
const TIME = new Intl.DateTimeFormat("vi-VN", { timeStyle: "medium", hour12: false, timeZone: "Asia/Ho_Chi_Minh" })
customElements.define("wall-clock", class extends HTMLElement {
  connectedCallback() { this.timer = setInterval(() => { this.querySelector("time").textContent = TIME.format(Date.now()) }, 1000) }
  disconnectedCallback() { clearInterval(this.timer) }
})
