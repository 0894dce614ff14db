// A button that opens a menu: a message's own, Slack's overflow and Discord's selects.

import { el } from "./dom.js";

const MARGIN = 8; // pixels between a menu and the window's edge
const GAP = 4;

/**
 * Return a button and its menu. `items` are {label, hint, chosen, run}; running one closes the menu.
 * The menu lies over everything, so that no column cuts it off.
 */
export function menu(opener, items) {
  const rows = items.map((one, n) => item(one, n, () => list.hidePopover()));
  const list = el("div.menu", { role: "menu", popover: "auto", "aria-label": opener.ariaLabel }, rows);
  const follow = () => place(list, opener);
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  opener.popoverTargetElement = list;
  list.addEventListener("beforetoggle", ({ newState }) => {
    const open = newState === "open";
    opener.setAttribute("aria-expanded", String(open));
    if (open) requestAnimationFrame(follow);
    document[open ? "addEventListener" : "removeEventListener"]("scroll", follow, true);
  });
  list.addEventListener("keydown", (event) => move(event, rows));
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !list.contains(relatedTarget) && list.matches(":popover-open")) list.hidePopover();
  });
  return [opener, list];
}

function item({ label, hint, chosen, run }, n, close) {
  const pick = () => {
    close();
    run();
  };
  return el(
    "button",
    {
      type: "button",
      role: chosen === undefined ? "menuitem" : "menuitemradio",
      "aria-checked": chosen === undefined ? null : String(chosen),
      tabindex: "-1",
      autofocus: n === 0,
      onclick: pick,
    },
    el("span", {}, label),
    hint && el("small", {}, hint),
  );
}

/** Put a menu below its button, or above it where there is more room. */
function place(list, opener) {
  const at = opener.getBoundingClientRect();
  const [wide, high] = [list.offsetWidth, list.offsetHeight];
  const below = at.bottom + GAP + high <= innerHeight - MARGIN || at.top < innerHeight - at.bottom;
  const left = Math.min(at.left, innerWidth - wide - MARGIN);
  list.style.left = `${Math.max(MARGIN, left)}px`;
  list.style.top = `${below ? at.bottom + GAP : Math.max(MARGIN, at.top - GAP - high)}px`;
}

function move(event, rows) {
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + rows.length, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  rows[to % rows.length].focus();
}
