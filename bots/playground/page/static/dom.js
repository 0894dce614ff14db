// Building DOM nodes. Words of people are text nodes always, never markup.

/** Return an element; `on…` properties are listeners, the rest are attributes. */
export function el(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/** Return a stable hue for a name, for avatars. */
export function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

/** Return a round or square picture of somebody. */
export function avatar(person, size = "") {
  if (person?.name === "neocu") return el(`img.avatar${size}`, { src: "/static/icon.svg", alt: "" });
  const node = el(`span.avatar${size}`, { "aria-hidden": "true" }, (person?.name ?? "?")[0].toUpperCase());
  node.style.setProperty("--hue", hue(person?.name ?? ""));
  return node;
}

/** Return the beginning of a place, as a row of its messages. */
export function intro(name) {
  return {
    key: "intro",
    deps: [name],
    make: () =>
      el(
        "li.intro",
        {},
        el("h3", {}, name),
        el(
          "p",
          {},
          "This is where it begins. Try ",
          el("code", {}, "/neocu a lighthouse at dusk"),
          " or ",
          el("code", {}, "@neocu the sound of rain"),
          ", attach a file, or press a button under a result.",
        ),
        el(
          "p.samples",
          {},
          "The results are samples, drawn by a little sandbox on this machine: the sea, and a few things that prompts name. The real Neocu makes the real thing.",
        ),
      ),
  };
}

/** Make a list's children match rows of {key, deps, make}; what has not changed stays. */
export function keep(parent, rows) {
  const old = parent.kept ?? new Map();
  const now = new Map();
  let place = parent.firstChild;
  for (const { key, deps, make } of rows) {
    let entry = old.get(key);
    if (!entry || entry.deps.some((dep, n) => dep !== deps[n])) {
      const node = make();
      if (entry) {
        if (place === entry.node) place = node;
        replace(entry.node, node);
      }
      entry = { node, deps };
    }
    if (place === entry.node) place = place.nextSibling;
    else parent.insertBefore(entry.node, place);
    now.set(key, entry);
  }
  for (const [key, entry] of old) if (!now.has(key)) entry.node.remove();
  parent.kept = now;
}

/** Put a node in another's place; the focus stays where it was. */
function replace(old, node) {
  const focused = old.contains(document.activeElement) && document.activeElement.dataset.focus;
  old.replaceWith(node);
  if (focused) node.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}
