// Keeps what was typed on a page that is closed before it is finished.
const form = document.querySelector(".sheet-form")
let typed = false
form.addEventListener("input", () => typed = true)
form.addEventListener("submit", () => typed = false)
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || !typed) return
  const page = new URLSearchParams(new FormData(form))
  page.set("action", "keep")
  // A button of the form is called "action" too, so the address is read as it is written.
  navigator.sendBeacon(form.getAttribute("action"), page)
})
