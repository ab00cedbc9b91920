// Keeps what was typed on a page that is left before it is finished: when a hand rests, a field is left, or the page goes away.
// Without a script each page is kept when it is sent.
const form = document.querySelector(".sheet-form")
// A button of the form is called "action" too, so the address is read as it is written.
const REST_MS = 700
const address = form.getAttribute("action")
let under_way = new AbortController()
let typed = false
let rest = 0

function keep() {
  if (!typed) return
  typed = false
  clearTimeout(rest)
  under_way.abort()
  under_way = new AbortController()
  const page = new URLSearchParams(new FormData(form))
  page.set("action", "keep")
  // `keepalive` lets the request outlive the page.
  fetch(address, { method: "POST", body: page, keepalive: true, signal: under_way.signal }).catch(() => { typed = true })
}

form.addEventListener("input", () => { typed = true; clearTimeout(rest); rest = setTimeout(keep, REST_MS) })
form.addEventListener("change", event => { typed = true; if (event.target.type !== "file") keep() })
form.addEventListener("submit", () => { typed = false; clearTimeout(rest); under_way.abort() })
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep() })
addEventListener("pagehide", keep)
