// The signed lists on this device: kept in IndexedDB, renewed when there is a network, never replaced by an older number.
import * as lists from "./lists.js"

const DATABASE = "certificate-lists"
const SHELF = "lists"
const DAY_MS = 86_400_000
let connection = null

// What is kept, opened: `{trust, revocations, rules}`, each null until it was fetched once.
export async function opened(key, at) {
  const [trust, revocations, rules] = await Promise.all(["trust", "revocations", "rules"].map(read))
  return {
    trust: trust ? await lists.open(lists.trust, trust.text, key, { at }) : null,
    revocations: revocations ? fresh(revocations, at) : null,
    rules: rules ?? null,
  }
}

// Fetches what is newer. `addresses` names trust, revocations, changes (with {seq}) and rules. Answers with the verdicts of
// what came: ok, stale, seq, signature, format; what is not ok is not kept.
export async function renew(addresses, key, at) {
  const kept = { trust: await read("trust"), revocations: await read("revocations") }
  const trust = await fetched(addresses.trust)
  const opening = await lists.open(lists.trust, trust, key, { at, lastSeq: kept.trust?.seq ?? 0 })
  if (opening.verdict === "ok") await write("trust", { text: trust, seq: opening.seq })
  const revocations = await renewed(addresses, key, at, kept.revocations)
  if (revocations.verdict === "ok") await write("revocations", revocations)
  await write("rules", JSON.parse(await fetched(addresses.rules)))
  return { trust: opening.verdict, revocations: revocations.verdict }
}

// The changes since the list that is kept, one after another; the whole list where there is none, a change does not fit, or none
// has come for a day.
async function renewed(addresses, key, at, kept) {
  let list = kept
  while (list) {
    const answer = await fetch(addresses.changes.replace("{seq}", list.seq), { cache: "no-cache" })
    const changed = answer.status === 200 ? await lists.change(list, await answer.text(), key, { at }) : null
    if (!changed?.revoked) break
    list = changed
  }
  if (list && at - list.issuedAt < DAY_MS) return fresh(list, at)
  return lists.open(lists.revocations, await fetched(addresses.revocations), key, { at, lastSeq: list?.seq ?? 0 })
}

function fresh(list, at) {
  return { ...list, verdict: at <= list.endsAt ? "ok" : "stale" }
}

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache" })
  if (!answer.ok) throw new TypeError(`${address}: ${answer.status}`)
  return answer.text()
}

async function read(name) {
  return done((await shelf("readonly")).get(name))
}

async function write(name, value) {
  await done((await shelf("readwrite")).put(value, name))
}

async function shelf(mode) {
  connection ??= connected()
  return (await connection).transaction(SHELF, mode).objectStore(SHELF)
}

// One connection a page, given up when the browser closes it or another page changes the database.
async function connected() {
  const asked = indexedDB.open(DATABASE, 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF)
  const database = await done(asked)
  database.onclose = () => (connection = null)
  database.onversionchange = () => {
    database.close()
    connection = null
  }
  return database
}

function done(asked) {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}
