// What one can press or choose from in blocks: https://docs.slack.dev/reference/block-kit/block-elements/

import { ask } from "../ask.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { link } from "../links.js";
import { menu } from "../menu.js";
import { plain } from "./mrkdwn.js";

/** Return a button or a menu; using it calls `context.press(element, value)`. */
export function element(one, context) {
  if (one.type === "button") return button(one, context);
  if (one.type === "overflow") return overflow(one, context);
  return choice(one, context);
}

function button(one, context) {
  const words = plain(one.text.text);
  if (one.url) {
    const leading = link(one.url, words);
    leading.className = `button ${one.style ?? ""}`;
    return leading;
  }
  return el(
    `button.button${one.style ? `.${one.style}` : ""}`,
    {
      "aria-label": one.accessibility_label ?? words,
      "data-focus": one.action_id + (one.value ?? ""),
      onclick: (event) => busy(event.currentTarget, () => use(one, one.value, context)),
    },
    words,
  );
}

function overflow(one, context) {
  const props = { "aria-label": "More options", title: "More options", "data-focus": one.action_id };
  return menu(el("button.button.overflow", props, icon("more")), options(one, context));
}

function choice(one, context) {
  const words = plain(one.initial_option?.text.text ?? one.placeholder?.text ?? "Select an item");
  const opener = el(
    "button.button.choice",
    { "aria-label": words, "data-focus": one.action_id },
    el("span", {}, words),
    icon("expand"),
  );
  return menu(opener, options(one, context));
}

function options(one, context) {
  const all = [...(one.options ?? []), ...(one.option_groups ?? []).flatMap((group) => group.options)];
  return all.map((option) => ({
    label: plain(option.text.text),
    hint: option.description && plain(option.description.text),
    chosen: one.initial_option ? option.value === one.initial_option.value : undefined,
    run: () => (option.url ? open(option.url, "_blank", "noopener") : use(one, option.value, context)),
  }));
}

/** Press or choose, once the person has said yes where the app wants that asked. */
async function use(one, value, context) {
  if (one.confirm && !(await ask("slack", confirmation(one.confirm)))) return;
  await context.press(one, value);
}

const confirmation = ({ title, text, confirm, deny }) => ({
  title: title.text,
  words: plain(text.text),
  yes: confirm.text,
  no: deny.text,
});

/** Show that a press is on its way, and take no other one; it keeps the focus. */
async function busy(node, press) {
  if (node.ariaBusy === "true") return;
  node.ariaBusy = "true";
  await press();
  node.ariaBusy = "false";
}
