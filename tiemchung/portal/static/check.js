// Checks certificates on this device: nothing is sent, nothing of a certificate is kept. Without this script the form asks the server.
import { failing } from "../js/certificate/certlogic.js"
import { opened, renew } from "../js/certificate/kept_lists.js"
import { isRevoked } from "../js/certificate/lists.js"
import { codeOf, verifyPoster } from "../js/certificate/poster.js"
import { verify } from "../js/certificate/verify.js"

const page = document.querySelector("[data-check]")
const { worker, scope, ...addresses } = page.dataset
const key = page.dataset.key ? JSON.parse(page.dataset.key) : null
const lang = document.documentElement.lang
const DAY = 86_400_000
const AGO = new Intl.RelativeTimeFormat(lang, { numeric: "always" })
// Verdicts that say no more than that this is no certificate.
const UNREADABLE = new Set(["not_hc1", "base45", "zlib", "cbor", "not_cose", "alg", "no_kid", "not_dcc", "schema", "several_entries"])
// What a checker needs beside the verdict: since when a test or a recovery counts.
const WHEN = { v: () => "", t: ({ sc }) => reversed(sc), r: ({ df, du }) => `${reversed(df)} – ${reversed(du)}` }
// What a check of a poster found, as it is told; the rest is none of ours.
const SESSIONS = { valid: "session", expired: "session_past", revoked: "session_cancelled" }

let kept = { trust: null, revocations: null, rules: null }

async function start() {
  navigator.serviceWorker?.register(worker, { scope })
  page.addEventListener("code", event => judge(event.detail))
  page.querySelector("form").addEventListener("submit", event => {
    // Before the lists have come once, the server answers.
    if (!kept.trust?.signers) return
    event.preventDefault()
    judge(new FormData(event.target).get("code"))
  })
  page.addEventListener("click", event => event.target.closest("[data-again]") && again())
  addEventListener("online", fetchLists)
  addEventListener("offline", tellNetwork)
  await openLists()
  await fetchLists()
  // Without a network the worker gives this page also for a poster's address; with one the server has answered already.
  if (codeOf(location.pathname) && page.dataset.asks) judge(location.pathname)
}

async function judge(code) {
  if (!kept.trust?.signers) return show("no_lists", {})
  const at = Date.now()
  const revoked = (message, issuer, identifier) => (kept.revocations ? isRevoked(kept.revocations, message, issuer, identifier) : false)
  const given = { trust: kept.trust.signers, isRevoked: revoked, at }
  const poster = codeOf(code)
  if (poster) return showPoster(await verifyPoster(poster, given))
  const found = await verify(code, given)
  const broken = found.verdict === "valid" && kept.rules ? failing(kept.rules, found.payload, { issuer: found.issuer, at }) : []
  const verdict = broken.length ? "rules" : found.verdict
  if (UNREADABLE.has(verdict)) return show(verdict, {}, "unreadable")
  show(verdict, found, verdict === "valid" && !current() ? "stale" : verdict)
}

function showPoster(found) {
  const { verdict, session } = found
  const view = SESSIONS[verdict] ?? "session_none"
  show(verdict, view === "session_none" ? {} : { session }, view === "session" && !current() ? "stale" : view)
}

function current() {
  return kept.trust?.verdict === "ok" && kept.revocations?.verdict === "ok"
}

function show(verdict, found, name = verdict) {
  const view = document.getElementById(`view-${name}`).content.cloneNode(true)
  fill(view, "holder", found.payload && holder(found.payload))
  for (const [kind, when] of Object.entries(WHEN)) fill(view, kind, found.payload?.[kind]?.[0] && { when: when(found.payload[kind][0]) })
  fill(view, "session", found.session && written(found.session))
  fill(view, "issuer", found.issuer && { issuer: found.issuer })
  fill(view, "expires", found.expiresAt && { expires: day(found.expiresAt) })
  fill(view, "list", kept.revocations && { list: ago(kept.revocations.issuedAt) })
  const outcome = page.querySelector("[data-outcome]")
  outcome.replaceChildren(view)
  page.dataset.verdict = verdict
  tellNetwork()
  outcome.querySelector(".title").focus()
  scrollTo(0, 0)
}

function again() {
  page.querySelector("textarea").value = ""
  delete page.dataset.verdict
  page.querySelector("[data-outcome]").replaceChildren(document.getElementById("view-ask").content.cloneNode(true))
  tellNetwork()
  page.querySelector("[data-camera]")?.click()
}

function fill(view, part, words) {
  for (const box of view.querySelectorAll(`[data-part="${part}"]`)) {
    if (!words) box.remove()
    else for (const [slot, text] of Object.entries(words)) box.querySelector(`[data-slot="${slot}"]`).textContent = text
  }
}

async function openLists() {
  kept = key ? await opened(key, Date.now()) : kept
  tellLists()
}

async function fetchLists() {
  tellNetwork()
  if (!key || !navigator.onLine) return
  try {
    await renew(addresses, key, Date.now())
  } catch (error) {
    // No network after all, or a server that is away: what is kept goes on being used, and shows its age.
    if (!(error instanceof TypeError)) throw error
  }
  await openLists()
}

function tellNetwork() {
  for (const sign of page.querySelectorAll("[data-network]")) sign.hidden = sign.dataset.network !== (navigator.onLine ? "online" : "offline")
}

function tellLists() {
  const { trust, revocations } = kept
  const state = !trust?.signers || !revocations ? "none" : trust.verdict === "ok" && revocations.verdict === "ok" ? "ok" : "stale"
  for (const box of page.querySelectorAll("[data-lists]")) box.hidden = box.dataset.lists !== state
  for (const slot of page.querySelectorAll("[data-lists] [data-slot=list]")) slot.textContent = revocations ? ago(revocations.issuedAt) : ""
  page.dataset.ready = state
}

// As a certificate has them, whatever its schema says about them.
function holder({ nam, dob }) {
  const name = [nam?.fn || nam?.fnt, nam?.gn || nam?.gnt].filter(part => part && typeof part === "string").join(" ")
  return { name, born: reversed(dob) || "–" }
}

// A date as people write it, of a date or time as certificates do.
function reversed(iso) {
  return typeof iso === "string" ? iso.slice(0, 10).split("-").reverse().join("/") : ""
}

function written({ site, address, startsAt, endsAt, product }) {
  return { site, address, product, when: `${hour(startsAt)}–${hour(endsAt)}, ${day(startsAt)}` }
}

function hour(at) {
  return new Date(at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" })
}

function day(at) {
  return new Date(at).toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "Asia/Ho_Chi_Minh" })
}

function ago(at) {
  const [minutes, hours] = [Math.round((Date.now() - at) / 60_000), Math.round((Date.now() - at) / 3_600_000)]
  if (minutes < 60) return AGO.format(-Math.max(minutes, 0), "minute")
  return hours < 48 ? AGO.format(-hours, "hour") : AGO.format(-Math.round((Date.now() - at) / DAY), "day")
}

start()
