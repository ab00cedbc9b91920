// The support system's worker. It keeps the application's shell and files (the server writes RELEASE and FILES above), so that
// the four steps open without a line; it keeps no page and no answer about people. A new version waits until the page says so.
const CACHE = "diem-tiem-" + RELEASE
const SHELL = "/diem-tiem/ban"
const LONGEST_MS = 3000

self.addEventListener("install", event => event.waitUntil(keepAll()))
self.addEventListener("activate", event => event.waitUntil(forgetOthers()))
self.addEventListener("message", event => event.data === "take over" && self.skipWaiting())
self.addEventListener("fetch", event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== "GET" || origin !== location.origin) return
  if (request.mode === "navigate" && pathname === SHELL) event.respondWith(shell(request))
  else if (pathname.startsWith("/s/")) event.respondWith(fromCacheFirst(request))
})

async function keepAll() {
  const cache = await caches.open(CACHE)
  await Promise.all(FILES.filter(file => file !== SHELL).map(file => cache.add(file)))
  await keepShell(await fetch(SHELL), cache)
}
async function forgetOthers() {
  const names = await caches.keys()
  await Promise.all(names.filter(name => name.startsWith("diem-tiem-") && name !== CACHE).map(name => caches.delete(name)))
  await self.clients.claim()
}
// Who is signed out is sent to the sign-in page: that answer is no shell.
async function keepShell(answer, cache) {
  if (answer.ok && !answer.redirected) await cache.put(SHELL, answer.clone())
  return answer
}
async function shell(request) {
  const cache = await caches.open(CACHE)
  const late = new Promise((_, refuse) => setTimeout(refuse, LONGEST_MS))
  try { return await keepShell(await Promise.race([fetch(request), late]), cache) }
  catch { return (await cache.match(SHELL)) || Response.error() }
}
async function fromCacheFirst(request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone())
  return answer
}
