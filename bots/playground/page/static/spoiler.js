// What is covered until somebody wants to see it.

import { el } from "./dom.js";

/** Return nodes under a cover; `block` is for pictures and other things that are no words. */
export function spoiler(nodes, block = false) {
  const inside = el(block ? "div" : "span", { inert: true }, nodes);
  const cover = el(`button.cover`, { "aria-label": "Spoiler: press to see it" }, block && el("b", {}, "Spoiler"));
  const node = el(`${block ? "div" : "span"}.spoiler`, {}, inside, cover);
  cover.addEventListener("click", () => {
    inside.inert = false;
    node.classList.add("open");
    cover.remove();
  });
  return node;
}
