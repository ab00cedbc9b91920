// CertLogic, the EU's language of business rules, as the server works it out (`certlogic.py`): where the public tests and the
// text differ, the tests are followed. Throws `RuleError`, and nothing else.

const DEEPEST = 64
const DAY_MS = 86_400_000
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-])(\d{1,2}):?(\d\d)?)?$/
const COMPARED = { "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b }
const DATES = { after: ">", before: "<", "not-after": "<=", "not-before": ">=" }

export class RuleError extends Error {}

// The identifiers of the rules in force that a certificate does not meet; a rule that cannot be worked out fails.
export function failing({ rules, valueSets }, payload, { issuer, at }) {
  const external = { validationClock: new Date(at).toISOString(), valueSets, issuerCountryCode: issuer }
  const kinds = { General: "vtr", Vaccination: "v", Test: "t", Recovery: "r" }
  const applies = rule =>
    Date.parse(rule.ValidFrom) <= at && at < Date.parse(rule.ValidTo) && [...(kinds[rule.CertificateType] ?? "")].some(kind => payload[kind]?.length)
  return rules.filter(rule => applies(rule) && !holds(rule, { payload, external })).map(rule => rule.Identifier)
}

export function evaluate(rule, data, depth = 0) {
  if (depth > DEEPEST) refuse("nested too deep")
  if (typeof rule === "string" || typeof rule === "boolean" || Number.isInteger(rule)) return rule
  if (Array.isArray(rule)) return rule.map(part => evaluate(part, data, depth + 1))
  const [operation, ...more] = rule && typeof rule === "object" ? Object.entries(rule) : []
  if (!operation || more.length) refuse("an expression is a literal, a list, or an object of one operation")
  const [operator, operands] = operation
  if (operator === "var") return found(operands, data)
  if (!Object.hasOwn(OPERATIONS, operator)) refuse(`no operation ${operator}`)
  if (!Array.isArray(operands) || !operands.length) refuse(`${operator} wants a list of operands`)
  return OPERATIONS[operator](operands, data, depth + 1, operator)
}

function holds(rule, given) {
  try {
    return evaluate(rule.Logic, given) === true
  } catch (error) {
    if (error instanceof RuleError) return false
    throw error
  }
}

function truthy(value) {
  if (value instanceof Date) refuse("a date is neither true nor false")
  if (Array.isArray(value)) return value.length > 0
  return value && typeof value === "object" ? Object.keys(value).length > 0 : Boolean(value)
}

function found(path, data) {
  if (typeof path !== "string") refuse("'var' wants a path")
  if (path === "") return data
  return path.split(".").reduce((inner, part) => (inner && typeof inner === "object" && Object.hasOwn(inner, part) ? inner[part] : null), data)
}

function choose(operands, data, depth) {
  const [guard, then, otherwise] = exactly(3, operands)
  return evaluate(truthy(evaluate(guard, data, depth)) ? then : otherwise, data, depth)
}

function all(operands, data, depth) {
  if (operands.length < 2) refuse("'and' wants two operands or more")
  let value = true
  for (const operand of operands) {
    value = evaluate(operand, data, depth)
    if (!truthy(value)) break
  }
  return value
}

function compare(operands, data, depth, operator) {
  if (operands.length !== 2 && operands.length !== 3) refuse(`${operator} wants two or three operands`)
  const worked = operands.map(operand => evaluate(operand, data, depth))
  const dates = operator in DATES
  const values = dates ? worked : worked.map(value => value ?? 0)
  if (!values.every(value => (dates ? value instanceof Date : typeof value === "number"))) refuse(`${operator} compares ${dates ? "dates" : "numbers"}`)
  const holding = COMPARED[DATES[operator] ?? operator]
  return values.slice(1).every((right, k) => holding(values[k], right))
}

function within(operands, data, depth) {
  const [left, right] = exactly(2, operands).map(operand => evaluate(operand, data, depth))
  if (right === null || right === undefined) return false
  if (!Array.isArray(right)) refuse("the right side of 'in' is a list")
  return right.includes(left)
}

function add(operands, data, depth) {
  const [left, right] = exactly(2, operands).map(operand => evaluate(operand, data, depth))
  return Number.isInteger(left) && Number.isInteger(right) ? left + right : refuse("'+' adds whole numbers")
}

function plusTime(operands, data, depth) {
  const [operand, amount, unit] = exactly(3, operands)
  const text = evaluate(operand, data, depth)
  if (typeof text !== "string" || !Number.isInteger(amount)) refuse("'plusTime' wants a date as text and a whole number")
  const time = moment(text)
  // A day that the month lacks runs over into the next, as JavaScript's own dates do.
  if (unit === "day") time.setTime(time.getTime() + amount * DAY_MS)
  else if (unit === "hour") time.setTime(time.getTime() + amount * 3_600_000)
  else if (unit === "month") time.setUTCMonth(time.getUTCMonth() + amount)
  else if (unit === "year") time.setUTCFullYear(time.getUTCFullYear() + amount)
  else refuse(`no unit ${unit}`)
  return Number.isNaN(time.getTime()) ? refuse("a date out of range") : time
}

function reduce(operands, data, depth) {
  const [operand, step, initial] = exactly(3, operands)
  const [values, first] = [evaluate(operand, data, depth), evaluate(initial, data, depth)]
  if (values === null || values === undefined) return first
  if (!Array.isArray(values)) refuse("'reduce' wants a list")
  return values.reduce((accumulator, current) => evaluate(step, { accumulator, current, data }, depth), first)
}

function fromIdentifier(operands, data, depth) {
  const [operand, index] = exactly(2, operands)
  const text = evaluate(operand, data, depth) ?? null
  if ((text !== null && typeof text !== "string") || !Number.isInteger(index)) refuse("'extractFromUVCI' wants an identifier and a whole number")
  return text === null ? null : (text.replace(/^URN:UVCI:/, "").split(/[/#:]/)[index] ?? null)
}

function birth(operands, data, depth) {
  const [operand] = exactly(1, operands)
  const text = evaluate(operand, data, depth)
  return typeof text === "string" && /^\d{4}(-\d\d(-\d\d)?)?$/.test(text) ? moment(text) : refuse("'dccDateOfBirth' wants a date of birth")
}

// A time, a date, or the last possible day of a month or a year.
function moment(text) {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? []
  if (day) return real(new Date(`${text}T00:00:00Z`), text)
  if (year) return new Date(Date.UTC(Number(year), Number(month ?? 12), 0))
  const [, time, fraction, sign, hours, minutes] = TIME.exec(text) ?? refuse(`no date: ${text.slice(0, 40)}`)
  const zone = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  const at = real(new Date(`${time}${(fraction ?? ".0").slice(0, 4)}Z`), time)
  return new Date(at.getTime() + (sign === "-" ? zone : -zone))
}

// JavaScript takes 30 February for 1 March.
function real(date, text) {
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? date : refuse(`no date: ${text}`)
}

function exactly(count, operands) {
  return operands.length === count ? operands : refuse(`${count} operands wanted`)
}

function refuse(why) {
  throw new RuleError(why)
}

const OPERATIONS = {
  if: choose,
  and: all,
  "!": (operands, data, depth) => !truthy(evaluate(exactly(1, operands)[0], data, depth)),
  "===": (operands, data, depth) => {
    const [left, right] = exactly(2, operands).map(operand => evaluate(operand, data, depth) ?? null)
    return left === right
  },
  in: within,
  "+": add,
  plusTime,
  reduce,
  extractFromUVCI: fromIdentifier,
  dccDateOfBirth: birth,
}
for (const operator of [...Object.keys(COMPARED), ...Object.keys(DATES)]) OPERATIONS[operator] = compare
