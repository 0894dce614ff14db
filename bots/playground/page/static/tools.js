// What one can do with a message: a few buttons that show over it, and a menu.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./menu.js";

/** Return the tools; `quick` are {icon, label, run}, `more` are {label, run}. */
export function tools(quick, more) {
  return el(
    "div.tools",
    {},
    quick.map((one) => tool(one.icon, one.label, { onclick: one.run })),
    more.length ? menu(tool("more", "More actions"), more) : null,
  );
}

const tool = (name, label, props = {}) =>
  el("button", { "aria-label": label, title: label, "data-focus": label, ...props }, icon(name));
