// Lets the health book open without a network, and says when there is a newer one.
const worker = navigator.serviceWorker
if (worker) {
  const bar = document.getElementById("update")
  const offer = waiting => {
    if (!waiting || !bar) return
    bar.hidden = false
    bar.querySelector("button").addEventListener("click", () => waiting.postMessage({ kind: "update" }))
  }
  const had = worker.controller
  worker.addEventListener("controllerchange", () => { if (had) location.reload() })
  const registration = await worker.register("/so-suc-khoe/sw.js")
  if (had) offer(registration.waiting)
  registration.addEventListener("updatefound", () => {
    const next = registration.installing
    next.addEventListener("statechange", () => { if (next.state === "installed" && worker.controller) offer(next) })
  })
  // What this page looks like came before the worker: let it keep that too.
  const active = (await worker.ready).active
  const urls = performance.getEntriesByType("resource").map(entry => entry.name).filter(url => new URL(url).pathname.startsWith("/s/"))
  active.postMessage({ kind: "looks", urls: [...urls, ...[...document.querySelectorAll("link[rel=stylesheet]")].map(link => link.href)] })
}
