// Counts a hold down beside the time at which it ends; without JavaScript that time remains. Server and device clocks may
// differ, so the device only measures how long the page has been open.
customElements.define("hold-clock", class extends HTMLElement {
  connectedCallback() {
    const began = performance.now(), left = new Date(this.getAttribute("until")) - new Date(this.getAttribute("now"))
    const told = this.querySelector("b"), output = document.createElement("output")
    output.className = "num"
    told.after(" ", output)
    const tell = () => {
      const seconds = Math.max(0, Math.ceil((left - (performance.now() - began)) / 1000))
      output.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
      if (seconds === 0) { clearInterval(this.timer); told.textContent = this.getAttribute("over") }
    }
    tell()
    this.timer = setInterval(tell, 1000)
  }
  disconnectedCallback() { clearInterval(this.timer) }
})
