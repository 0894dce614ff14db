// Block Kit as DOM nodes: https://docs.slack.dev/reference/block-kit/blocks/

import { el, link } from "../dom.js";
import { markdown } from "../discord/markdown.js";
import { broken, picture } from "../media.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

/** What blocks need to know: `home`, `channels` (names by ID), `file` (by ID), `press`. */

/** Return nodes for a list of blocks. */
export const blocks = (list, context) =>
  list.map((block) => el(`div.block.block-${block.type}`, {}, draw(block, context)));

/** Return nodes for a text object. */
export function text(object, { home, channels }) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, home, channels);
  return [document.createTextNode(plain(object.text))];
}

function draw(block, context) {
  switch (block.type) {
    case "rich_text":
      return richText(block, context.home, context.channels);
    case "section":
      return section(block, context);
    case "header":
      return el("h3", {}, text(block.text, context));
    case "divider":
      return el("hr");
    case "context":
      return block.elements.map((one) =>
        one.type === "image" ? small(one) : el("span", {}, text(one, context)),
      );
    case "image":
      return image(block, context);
    case "actions":
      return block.elements.map((one) => element(one, context));
    case "markdown":
      return markdown(block.text, { people: {}, channels: context.channels });
    case "video":
      return link(block.video_url, block.title.text);
    case "input":
      return [];
    default:
      return el("em.unknown", {}, `[${block.type}]`);
  }
}

function section(block, context) {
  const fields = (block.fields ?? []).map((field) => el("div", {}, text(field, context)));
  const words = [
    block.text && el("div.section-text", {}, text(block.text, context)),
    fields.length ? el("div.fields", {}, fields) : null,
  ];
  const beside =
    block.accessory &&
    (block.accessory.type === "image" ? small(block.accessory) : element(block.accessory, context));
  return [el("div.section-body", {}, words), beside];
}

function small(image) {
  return el("img.small", { src: image.image_url, alt: image.alt_text });
}

function image(block, context) {
  const id = block.slack_file?.id;
  const url = block.image_url ?? (id && context.file(id));
  const title = block.title ? el("div.image-title", {}, text(block.title, context)) : null;
  return [title, url ? picture(url, block.alt_text) : broken(block.alt_text)];
}

/** Return a button or a menu; using it calls `context.press(element, value)`. */
export function element(one, context) {
  if (one.type === "button") return button(one, context);
  const options = (one.options ?? []).map((option) =>
    el("option", { value: option.value }, option.text.text),
  );
  const hint = el("option", { value: "" }, one.placeholder?.text ?? "More …");
  return el(
    "select",
    {
      "aria-label": one.placeholder?.text ?? "More",
      "data-focus": one.action_id,
      onchange: (event) => context.press(one, event.target.value),
    },
    hint,
    options,
  );
}

function button(one, context) {
  const style = one.style ? `.${one.style}` : "";
  const words = plain(one.text.text);
  const label = one.accessibility_label ?? words;
  if (one.url) {
    const leading = link(one.url, words);
    leading.className = `button ${one.style ?? ""}`;
    return leading;
  }
  return el(
    `button.button${style}`,
    {
      "aria-label": label,
      "data-focus": one.action_id + (one.value ?? ""),
      onclick: (event) => busy(event.currentTarget, () => context.press(one, one.value)),
    },
    words,
  );
}

/** Show that a press is on its way, and take no other one; it keeps the focus. */
async function busy(node, press) {
  if (node.ariaBusy === "true") return;
  node.ariaBusy = "true";
  await press();
  node.ariaBusy = "false";
}
