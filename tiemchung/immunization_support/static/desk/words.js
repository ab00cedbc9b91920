// Words stand in the page, in the reader's language; times are Viet Nam's, numbers have a decimal comma.
import { say } from "./fill.js"

const told = document.querySelector("desk-words")
const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" })

export const word = (name, facts = {}) => say(told.getAttribute(`data-${name}`) || name, facts)
export const hour = at => clock.format(new Date(at))
export const day = on => on ? on.slice(0, 10).split("-").reverse().join("/") : ""
export const decimal = value => String(value).replace(".", ",")
export const initials = name => name.split(" ").slice(-2).map(part => part[0]).join("").toUpperCase()
export const minutes = (from, now) => Math.max(0, Math.floor((now - Date.parse(from)) / 60_000))
