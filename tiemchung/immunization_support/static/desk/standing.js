// Where everybody stands: the server's board, and on top of it what this device did and the board does not show yet.
import { bare } from "./code.js"

const MINUTE = 60_000

// prepared: what was taken along; board: where the server saw everybody; entries: the outbox. Answers visits and vials.
export function standing(prepared, board, entries) {
  const known = new Map(prepared.people.map(person => [person.person_id, person]))
  const byCode = new Map(prepared.people.filter(person => person.code).map(person => [bare(person.code), person]))
  // What somebody agreed to and declared is as the server has it now: it may have come from another device.
  const visits = new Map(board.visits.map(visit => [visit.visit_id, {
    ...described(known.get(visit.person_id), visit), ...visit, ...board.said?.[visit.person_id], waits: false,
  }]))
  const vials = new Map(board.vials.map(vial => [vial.vial_id, { ...vial }]))
  const shelf = (board.lots || prepared.lots).map(lot => ({ ...lot })), held = (board.held || []).map(lot => ({ ...lot }))
  for (const entry of entries) if (entry.state !== "refused") lay(entry, { prepared, byCode, visits, vials, shelf, held })
  const here = new Set([...visits.values()].map(visit => visit.person_id))
  return {
    visits: [...visits.values()].sort((a, b) => (a.number ?? 1e9) - (b.number ?? 1e9) || (a.checked_in_at < b.checked_in_at ? -1 : 1)),
    vials: [...vials.values()].filter(vial => !vial.closed).sort((a, b) => (b.number ?? 1e9) - (a.number ?? 1e9)),
    shelf, held: held.filter(lot => lot.on_hand >= lot.doses_per_vial),
    expected: prepared.people.filter(person => person.code && !here.has(person.person_id)),
  }
}

// One act upon the board.
function lay({ id, kind, at, body, state }, { prepared, byCode, visits, vials, shelf, held }) {
  const visit = visits.get(body.visit_id)
  const waits = state === "waiting"
  const move = change => visit && visits.set(visit.visit_id, { ...visit, ...change, waits: visit.waits || waits })
  const arrive = person => visits.has(id) || visits.set(id, {
    ...described(person, person), visit_id: id, person_id: person.person_id, number: null, step: "screening", checked_in_at: at, waits,
  })
  switch (kind) {
    case "visit.check_in": { const person = byCode.get(bare(body.code)); if (person) arrive(person); break }
    case "visit.walk_in": arrive(stranger(id, body, prepared)); break
    case "visit.consent": move({ consented: true }); break
    case "visit.declare": move({ declared: { at, clear: Object.values(body).every(value => value !== "yes"), words: "" } }); break
    case "visit.screen": move(screened(body, at)); break
    case "visit.not_done": move({ step: "left" }); break
    case "visit.discharge": move({ step: "done" }); break
    case "immunization.record": {
      const minutes = prepared.observation_minutes[visit?.conclusion || "eligible"]
      const until = new Date(Date.parse(at) + minutes * MINUTE).toISOString()
      move({ step: "observation", immunization_id: id, injected_at: at, observe_until: until, given: vials.get(body.vial_id) })
      const vial = vials.get(body.vial_id)
      if (vial) vials.set(vial.vial_id, { ...vial, doses_left: vial.doses_left - 1 })
      break
    }
    case "immunization.undo": {
      const vial = visit?.given && vials.get(visit.given.vial_id)
      if (vial) vials.set(vial.vial_id, { ...vial, doses_left: vial.doses_left + 1 })
      move({ step: "injection", immunization_id: null })
      break
    }
    case "vial.open": {
      const enough = lot => lot.lot_id === body.lot_id && lot.on_hand >= lot.doses_per_vial
      const lot = held.find(enough) || shelf.find(enough)
      if (!lot || vials.has(id)) break
      vials.set(id, opened(id, lot, at, prepared, body.table))
      lot.on_hand -= lot.doses_per_vial
      break
    }
    case "escrow.give_back": held.length = 0; break
    case "vial.put_away": { const vial = vials.get(body.vial_id); if (vial) vials.set(vial.vial_id, { ...vial, closed: true }); break }
    case "vial.extra": {
      const vial = vials.get(body.vial_id), more = Number(body.doses)
      if (vial) vials.set(vial.vial_id, { ...vial, doses_extra: vial.doses_extra + more, doses_left: vial.doses_left + more })
    }
  }
}

const described = (person, visit) => person
  ? { age: person.age, birth: person.birth, consented: person.consented, doses: person.doses, stop: person.stop, warnings: person.warnings, volume_ml: person.volume_ml, sheet: person.sheet, area_name: person.area_name, reactions: person.reactions, declared: person.declared, document: person.document, name: person.name, sex: person.sex, dose_role: person.dose_role, ordinal: person.ordinal, stranger: person.stranger, wrong_age: person.wrong_age }
  : { age: age(visit.birth_date), birth: visit.birth_date?.split("-").reverse().join("/"), consented: true, doses: [], reactions: [], declared: null, stop: null, warnings: [], stranger: true }

function stranger(id, body, prepared) {
  const [year, month, day] = body.birth.split("/").reverse()
  const years = age(`${year}-${month || "01"}-${day || "01"}`)
  const { births, name } = prepared.product
  return {
    person_id: id, name: body.name, sex: body.sex, birth: body.birth, age: years, consented: true, doses: [], reactions: [], declared: null, warnings: [], dose_role: "basic",
    ordinal: null, volume_ml: prepared.product.volume_ml, area_name: "", stranger: true,
    sheet: prepared.sheet_of_stranger[years < 18 ? "child" : "adult"],
    // A stranger without a line: the days of birth that the schedule gave; the server looks again.
    wrong_age: births.some(span => mayBe(span, year, month, day)) ? null : { age: years, product: name }, stop: null,
  }
}
// Whether the whole of a birth, known by day, month or year, lies within days of birth.
function mayBe({ after, by }, year, month, day) {
  return (!after || `${year}-${month || "01"}-${day || "01"}` > after) && `${year}-${month || "12"}-${day || "31"}` <= by
}
function age(born, on = new Date()) {
  const [year, month, day] = born.split("-").map(Number)
  return on.getFullYear() - year - (on.getMonth() + 1 < month || (on.getMonth() + 1 === month && on.getDate() < day) ? 1 : 0)
}
function opened(id, lot, at, prepared, table) {
  const end = Math.min(Date.parse(at) + prepared.product.open_hours * 60 * MINUTE, Date.parse(lot.use_before))
  return {
    vial_id: id, number: null, lot_id: lot.lot_id, lot_number: lot.number, expires_on: lot.expires_on, product: prepared.product.code,
    product_name: prepared.product.name, volume_ml: prepared.product.volume_ml, opened_at: at, use_by: new Date(end).toISOString(),
    doses_nominal: lot.doses_per_vial, doses_extra: 0, doses_left: lot.doses_per_vial, table_number: Number(table) || null,
  }
}
function screened(body, at) {
  const goesOn = ["eligible", "caution"].includes(body.concluded) || Boolean(body.override_reason)
  const vitals = Object.fromEntries(["temperature_c", "systolic", "diastolic"].filter(name => body[name]).map(name => [name, body[name]]))
  return { vitals, step: goesOn ? "injection" : "deferred", conclusion: body.concluded, screened_at: at, override_reason: body.override_reason || null }
}

// What a filled form comes to by the meanings that the server worked out for this person and day: the gravest one.
const GRAVITY = ["eligible", "caution", "hospital", "delay", "contraindicated"]
export function conclude(sheet, answers, signs) {
  const found = sheet.questions.filter(one => answers[one.id] === "yes").map(one => ({ outcome: one.outcome, words: one.words }))
  for (const sign of sheet.signs) {
    const value = Number(String(signs[sign.id] ?? "").replace(",", "."))
    if (signs[sign.id] && ((sign.least !== null && value < sign.least) || (sign.most !== null && value > sign.most))) found.push({ outcome: sign.outcome, words: `${sign.words}: ${signs[sign.id]}` })
  }
  const outcome = found.reduce((worst, one) => GRAVITY.indexOf(one.outcome) > GRAVITY.indexOf(worst) ? one.outcome : worst, "eligible")
  return { outcome, reasons: found.map(one => one.words), goesOn: ["eligible", "caution"].includes(outcome) }
}
