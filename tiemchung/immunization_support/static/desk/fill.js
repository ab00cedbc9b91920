// Copies a <template> and fills it. All words stand in the page, where they are translated; here are only places for facts.
//   data-text="name"               the fact as text             data-say="còn {minutes} phút"   a sentence with facts
//   data-if="name", data-if="!name" the element or nothing      data-class="late:is_late"       a class when a fact is true
//   data-set="value:code href:url" attributes from facts        data-each="rows:template-id"    a template for each
export function fill(id, facts) {
  const copy = document.getElementById(id).content.cloneNode(true)
  for (const element of copy.querySelectorAll("[data-if]")) {
    const name = element.dataset.if
    if (name.startsWith("!") ? facts[name.slice(1)] : !facts[name]) element.remove()
  }
  for (const element of copy.querySelectorAll("[data-text]")) element.textContent = facts[element.dataset.text] ?? ""
  for (const element of copy.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say, facts)
  for (const element of copy.querySelectorAll("[data-class]"))
    for (const [name, fact] of pairs(element.dataset.class)) element.classList.toggle(name, Boolean(facts[fact]))
  for (const element of copy.querySelectorAll("[data-set]"))
    for (const [name, fact] of pairs(element.dataset.set)) facts[fact] === false ? element.removeAttribute(name) : element.setAttribute(name, facts[fact] ?? "")
  for (const element of copy.querySelectorAll("[data-each]")) {
    const [[rows, template]] = pairs(element.dataset.each)
    element.append(...facts[rows].map(row => fill(template, row)))
  }
  return copy
}
export const say = (pattern, facts) => pattern.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "")
const pairs = written => written.split(" ").map(pair => pair.split(":"))
