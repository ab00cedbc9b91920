// The application: its parts, its head, and the worker that keeps it for the time without a line.
import { desk } from "./desk.js"
import { day, hour, initials, word } from "./words.js"
import "./lock.js"
import "./line.js"
import "./queue.js"
import "./person.js"
import "./observed.js"

const fact = (box, name, words) => document.querySelector(`${box} [data-fact=${name}]`).textContent = words

desk.addEventListener("change", () => {
  const { session } = desk.board, count = (...steps) => desk.visits.filter(visit => steps.includes(visit.step)).length
  for (const id of ["desk-stat", "desk-me", "desk-plain", "desk-lock"]) document.getElementById(id).hidden = false
  document.getElementById("desk-plain").href = desk.address
  document.getElementById("desk-title").textContent = session.place_name
  document.getElementById("desk-place").textContent = `${hour(session.starts_at)}–${hour(session.ends_at)}, ${day(session.starts_at)} · ${session.product_name}`
  fact("#desk-stat", "given", `${count("observation", "done")}/${session.taken}`)
  fact("#desk-stat", "waiting", count("screening", "injection"))
  const average = desk.board.average_minutes
  document.getElementById("desk-average").hidden = average == null
  fact("#desk-stat", "average", average ?? "")
  fact("#desk-me", "initials", initials(desk.staff.name))
  fact("#desk-me", "name", desk.staff.name)
  const where = document.getElementById("desk-where"), many = desk.prepared.session.tables > 1
  where.hidden = desk.choices.length === 1 && !many
  const step = word(`s-${desk.step === "done" ? "observation" : desk.step}`)
  where.textContent = word("where", { place: many ? `${step} · ${word("table", { number: desk.table })}` : step })
})
document.getElementById("desk-where").addEventListener("click", () => { desk.panel = "place"; desk.changed() })
document.getElementById("desk-lock").addEventListener("click", () => location.reload())
addEventListener("hashchange", () => location.reload())

if ("serviceWorker" in navigator) {
  const registered = await navigator.serviceWorker.register("/diem-tiem/sw.js", { scope: "/diem-tiem/" })
  // A new version waits until nothing waits to be sent and nobody is in the middle.
  const takeOver = () => registered.waiting && desk.ready && !desk.outbox.waiting.length && !desk.shown && registered.waiting.postMessage("take over")
  desk.addEventListener("change", takeOver)
}
