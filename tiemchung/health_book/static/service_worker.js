// The health book's worker. Static files are kept by their address, which changes with every release; pages are never
// kept, since they hold personal data: without a network the reader gets one page that says what still works.
const OFFLINE = "/so-suc-khoe/ngoai-tuyen"
const CACHE = "health-book-1"

self.addEventListener("install", event => event.waitUntil(caches.open(CACHE).then(cache => cache.add(OFFLINE))))

self.addEventListener("activate", event =>
  event.waitUntil(caches.keys().then(names => Promise.all(names.filter(n => n !== CACHE && n.startsWith("health-book-")).map(n => caches.delete(n)))))
)

self.addEventListener("fetch", event => {
  const { request } = event
  if (request.method !== "GET") return
  const path = new URL(request.url).pathname
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)))
  else if (path.startsWith("/s/")) event.respondWith(fromCacheFirst(request))
})

async function fromCacheFirst(request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone())
  return answer
}

self.addEventListener("push", event =>
  event.waitUntil(self.registration.showNotification("Sổ Tiêm Chủng", { body: event.data?.text() ?? "", lang: "vi" }))
)

self.addEventListener("notificationclick", event => {
  event.notification.close()
  event.waitUntil(clients.openWindow("/so-suc-khoe/lich-hen"))
})
