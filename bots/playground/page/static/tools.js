// What one can do with a message: a few buttons that show over it, and a menu.

import { el } from "./dom.js";
import { icon } from "./icons.js";

/** Return the tools; `quick` are {icon, label, run}, `menu` are {label, run}. */
export function tools(quick, menu) {
  const node = el(
    "div.tools",
    {},
    quick.map((one) =>
      el(
        "button",
        { "aria-label": one.label, title: one.label, "data-focus": one.label, onclick: one.run },
        icon(one.icon),
      ),
    ),
  );
  if (menu.length) node.append(...dropdown(menu, node));
  return node;
}

function dropdown(menu, node) {
  const items = menu.map((one) =>
    el(
      "button",
      {
        role: "menuitem",
        tabindex: "-1",
        onclick: () => {
          show(false);
          one.run();
        },
      },
      one.label,
    ),
  );
  const list = el("div.menu", { role: "menu", hidden: true }, items);
  const opener = el(
    "button",
    {
      "aria-label": "More actions",
      title: "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-focus": "more",
      onclick: () => show(list.hidden),
    },
    icon("more"),
  );
  function show(open) {
    list.hidden = !open;
    node.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) items[0].focus();
  }
  node.addEventListener("focusout", (event) => {
    if (!node.contains(event.relatedTarget)) show(false);
  });
  list.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
    else if (event.key === "Escape") {
      show(false);
      opener.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return [opener, list];
}
