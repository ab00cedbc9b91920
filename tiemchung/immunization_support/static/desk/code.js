// What was scanned or typed into the one box: a check-in code, a citizen card, a pack, a queue number, or a name.
const CHECK_IN = /^(VX1:)?([0-9A-Z]{4}-?){2}[0-9A-Z]{4}$/i
const CARD_PARTS = 6

export function read(typed) {
  const text = typed.trim()
  if (!text) return null
  const parts = text.split("|")
  if (parts.length >= CARD_PARTS) return card(parts)
  const pack = gs1(text)
  if (pack) return pack
  if (/^KB1:/i.test(text)) return { kind: "declaration", code: bare(text.slice(4)) }
  if (CHECK_IN.test(text.replace(/\s/g, "")) && /\d/.test(text)) return { kind: "code", code: bare(text) }
  if (/^\d{1,4}$/.test(text)) return { kind: "number", number: Number(text) }
  return { kind: "name", words: fold(text) }
}
// A code as it is compared: without prefix, dashes and blanks, O as 0, I and L as 1.
export function bare(code) {
  return code.toUpperCase().replace(/^VX1:/, "").replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1")
}
// Names are looked for without marks.
export function fold(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "d").toLowerCase().replace(/\s+/g, " ").trim()
}
// The card's text: number, old number, name, ddmmyyyy, sex, address, day of issue. It fills in; it proves nothing.
function card([number, , name, born, sex, address]) {
  const day = /^(\d{2})(\d{2})(\d{4})$/.exec(born)
  return day && {
    kind: "card", number, name, address, sex: fold(sex) === "nam" ? "male" : "female",
    birth: `${day[1]}/${day[2]}/${day[3]}`, birth_date: `${day[3]}-${day[2]}-${day[1]}`,
  }
}
// GS1 General Specifications: 01 item number, 17 expiry, 10 lot, 21 serial; lot and serial end at a separator.
// Typed with brackets, each begins a field; a wrong check digit makes the whole code unreadable.
function gs1(text) {
  let rest = text.replace(/^\](d2|C1|Q3)/, "").replace(/\((\d{2})\)/g, (_, name, at) => (at ? "\x1d" : "") + name)
  if (!/^01\d{14}/.test(rest)) return null
  const found = { kind: "pack", gtin: rest.slice(2, 16) }
  if (checkDigit(found.gtin.slice(0, -1)) !== Number(found.gtin.at(-1))) return { ...found, wrong: true }
  rest = rest.slice(16)
  while (rest) {
    rest = rest.replace(/^\x1d/, "")
    const name = rest.slice(0, 2)
    if (name === "17" || name === "11") { if (name === "17") found.expires = rest.slice(2, 8); rest = rest.slice(8) }
    else if (name === "10" || name === "21") {
      const end = rest.indexOf("\x1d")
      const value = rest.slice(2, end < 0 ? undefined : end)
      if (name === "10") found.lot = value; else found.serial = value
      rest = end < 0 ? "" : rest.slice(end)
    } else return found.lot ? found : null
  }
  return found
}
// GS1: weights 3 and 1 from the right, modulo 10.
function checkDigit(digits) {
  const sum = [...digits].reverse().reduce((all, digit, k) => all + Number(digit) * (k % 2 ? 1 : 3), 0)
  return (10 - sum % 10) % 10
}
// The last day of a pack as year-month-day; day 00 is the month's last (GS1 General Specifications 7.12).
export function lastDay(yymmdd) {
  const [year, month, day] = [2000 + Number(yymmdd.slice(0, 2)), Number(yymmdd.slice(2, 4)), Number(yymmdd.slice(4))]
  const date = new Date(Date.UTC(year, day ? month - 1 : month, day))
  return date.toISOString().slice(0, 10)
}
