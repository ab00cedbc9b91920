// Adds where one stands to a search, to about a kilometre; unseen until the script runs.
// <near-me data-denied="…"><button type="button">…</button><p role="status"></p></near-me>
customElements.define("near-me", class extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.geolocation
    this.querySelector("button").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.search(coords),
      () => this.querySelector("[role=status]").textContent = this.dataset.denied,
      { timeout: 8000, maximumAge: 600000 }))
  }
  search({ latitude, longitude }) {
    const address = new URL(this.closest("form").action)
    new FormData(this.closest("form")).forEach((value, name) => { if (value && name !== "q") address.searchParams.set(name, value) })
    address.searchParams.set("vi-do", latitude.toFixed(2))
    address.searchParams.set("kinh-do", longitude.toFixed(2))
    location.assign(address)
  }
})
