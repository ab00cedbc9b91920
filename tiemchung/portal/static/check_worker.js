// The worker of the certificate check: after the first visit the page works without a network. It keeps the page and its files,
// nothing else; the signed lists are the page's own matter, and no certificate ever comes here.
const { cache: CACHE, page: PAGE, files: FILES } = RELEASE
const OLDER = CACHE.slice(0, CACHE.lastIndexOf("-") + 1)

self.addEventListener("install", event => event.waitUntil(caches.open(CACHE).then(cache => cache.addAll([PAGE, ...FILES]))))

self.addEventListener("activate", event =>
  event.waitUntil(caches.keys().then(names => Promise.all(names.filter(name => name.startsWith(OLDER) && name !== CACHE).map(name => caches.delete(name)))))
)

self.addEventListener("fetch", event => {
  const { request } = event
  if (request.method !== "GET") return
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)))
  else if (new URL(request.url).pathname.startsWith("/s/")) event.respondWith(caches.match(request).then(kept => kept ?? fetch(request)))
})
