// The health book's worker. Static files are kept by their address, which changes with every release. The pages that people
// need at a site (record, certificates, appointments, codes) are kept on the device, sealed under a key that no script can read
// out, and shown with their age when there is no network; signing out forgets them. Nothing else is kept.
const RELEASE = "{release}"
const OFFLINE = "/so-suc-khoe/ngoai-tuyen"
const CACHE = `health-book-${RELEASE}`
const KEPT = /^\/so-suc-khoe\/(?:ho-so|chung-nhan(?:\/[0-9a-f-]{36})?|lich-hen|ma-qr)?$/
const HOME = "/so-suc-khoe/"
const ICON = "{icon}"
const SIGN_IN = "/so-suc-khoe/dang-nhap"
const PATIENCE_MS = 3000

self.addEventListener("install", event => event.waitUntil(caches.open(CACHE).then(cache => cache.add(OFFLINE))))

self.addEventListener("activate", event => event.waitUntil(takeOver()))

self.addEventListener("message", ({ data }) => {
  if (data.kind === "update") self.skipWaiting()
  if (data.kind === "looks") keepLooks(data.urls)
})

self.addEventListener("fetch", event => {
  const { request } = event
  const path = new URL(request.url).pathname
  if (request.method === "POST" && path === "/so-suc-khoe/dang-xuat") event.waitUntil(forget())
  if (request.method !== "GET") return
  if (request.mode === "navigate") event.respondWith(navigate(event, request, path))
  else if (path.startsWith("/s/")) event.respondWith(fromCacheFirst(request))
})

self.addEventListener("push", event => {
  event.waitUntil(self.registration.showNotification("Sổ Tiêm Chủng", { body: event.data?.text() ?? "", lang: "vi", icon: ICON }))
})

self.addEventListener("notificationclick", event => {
  event.notification.close()
  event.waitUntil(openBook())
})

async function openBook() {
  const [open] = await self.clients.matchAll({ type: "window" })
  return open ? (await open.navigate(HOME)).focus() : self.clients.openWindow(HOME)
}

async function takeOver() {
  const old = (await caches.keys()).filter(name => name.startsWith("health-book-") && name !== CACHE)
  await Promise.all(old.map(name => caches.delete(name)))
  await self.clients.claim()
}

async function keepLooks(urls) {
  const cache = await caches.open(CACHE)
  for (const url of urls) if (!(await cache.match(url))) await cache.add(url).catch(() => {})
}

async function navigate(event, request, path) {
  const name = path.replace(/(.)\/$/, "$1") + new URL(request.url).search
  const kept = KEPT.test(path) ? await opened(name) : null
  try {
    const answer = await (kept ? inTime(request) : fetch(request))
    if (answer.redirected && new URL(answer.url).pathname === SIGN_IN) event.waitUntil(forget())
    else if (answer.ok && KEPT.test(path)) event.waitUntil(keep(name, answer.clone()))
    return answer
  } catch {
    return kept ?? (await caches.match(OFFLINE)) ?? Response.error()
  }
}

function inTime(request) {
  return new Promise((done, failed) => {
    setTimeout(failed, PATIENCE_MS)
    fetch(request).then(done, failed)
  })
}

async function fromCacheFirst(request) {
  const kept = await caches.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone())
  return answer
}

// The sealed pages: one store for the key, one for what it seals.
function store() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("health-book", 1)
    asked.onupgradeneeded = () => { asked.result.createObjectStore("keys"); asked.result.createObjectStore("pages") }
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => failed(asked.error)
  })
}

async function within(name, mode, act) {
  const database = await store()
  return new Promise((done, failed) => {
    const transaction = database.transaction(name, mode)
    const asked = act(transaction.objectStore(name))
    transaction.oncomplete = () => { database.close(); done(asked.result) }
    transaction.onerror = () => { database.close(); failed(transaction.error) }
  })
}

async function key() {
  const kept = await within("keys", "readonly", keys => keys.get("pages"))
  if (kept) return kept
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"])
  await within("keys", "readwrite", keys => keys.put(made, "pages"))
  return made
}

async function keep(name, answer) {
  const page = { html: await answer.text(), at: Date.now(), policy: answer.headers.get("content-security-policy") }
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(JSON.stringify(page)))
  await within("pages", "readwrite", pages => pages.put({ iv, sealed }, name))
}

async function opened(name) {
  const kept = await within("pages", "readonly", pages => pages.get(name))
  if (!kept) return null
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, await key(), kept.sealed)
  const { html, at, policy } = JSON.parse(new TextDecoder().decode(plain))
  const time = new Intl.DateTimeFormat("vi-VN", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" }).format(at)
  const told = html.replace(/<p id="kept" hidden>([^<]*)\{time\}/, (_, words) => `<p id="kept" role="status">${words}${time}`)
  return new Response(told, { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy } })
}

// Whoever signs out leaves nothing of theirs: no page, no key, no message on the screen, and no address for the next one.
async function forget() {
  for (const name of ["pages", "keys"]) await within(name, "readwrite", all => all.clear())
  for (const shown of await self.registration.getNotifications()) shown.close()
  await (await self.registration.pushManager?.getSubscription())?.unsubscribe()
}
