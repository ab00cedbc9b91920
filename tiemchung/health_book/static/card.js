// Fills the form from the QR code of a citizen card: number|old number|name|ddmmyyyy|sex|address|issued. It is no proof.
const CARD = /^(\d{12})\|(\d{9})?\|([^|]+)\|(\d{2})(\d{2})(\d{4})\|([^|]+)\|([^|]*)\|/

document.addEventListener("code", ({ target, detail }) => {
  const read = CARD.exec(detail.trim() + "|")
  if (!read) return target.tell("foreign")
  const [, number, , name, day, month, year, sex, address] = read
  const form = document.querySelector(".sheet-form")
  form.elements.document.value = "national_id"
  form.elements.number.value = number
  form.elements.scan_name.value = name
  form.elements.scan_birth.value = `${day}/${month}/${year}`
  form.elements.scan_sex.value = { Nam: "male", "Nữ": "female" }[sex.normalize("NFC")] || ""
  form.elements.scan_address.value = address.split(",")[0].trim()
  target.tell("read", { name })
})
