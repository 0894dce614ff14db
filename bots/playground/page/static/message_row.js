// A message's row, as both chats draw it: whose it is, when it came, and what it holds.

import { avatar, el } from "./dom.js";
import { brief, full, time } from "./times.js";

/** Return a row; `marks` are its classes, and a grouped one stands under its author's last. */
export function messageRow({ person, at, marks, before, body, actions }) {
  const grouped = marks.includes("grouped");
  return el(
    ["li.message", ...marks].join("."),
    {},
    before,
    grouped ? stamp(at, ".aside") : avatar(person),
    el("div.body", {}, grouped ? el("span.hidden", {}, `${person.name}: `) : head(person, at), body),
    actions,
  );
}

/** Return what stands behind a text that was changed. */
export const edited = () => el("small.edited", {}, " (edited)");

function head(person, at) {
  return el(
    "div.head",
    {},
    el("b.who", {}, person.name),
    person.bot && el("span.app", {}, "App"),
    stamp(at),
  );
}

function stamp(at, place = "") {
  return el(`time${place}`, { title: full(at) }, place ? brief(at) : time(at));
}
