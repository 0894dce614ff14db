// Block Kit as DOM nodes: https://docs.slack.dev/reference/block-kit/blocks/

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { markdown } from "../discord/markdown.js";
import { link } from "../links.js";
import { broken, picture } from "../media.js";
import { element } from "./elements.js";
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
        one.type === "image" ? small(one, context) : el("span", {}, text(one, context)),
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
    (block.accessory.type === "image" ? small(block.accessory, context) : element(block.accessory, context));
  return [el("div.section-body", {}, words), beside];
}

function small(image, context) {
  const url = address(image, context);
  return url
    ? el("img.small", { src: url, alt: image.alt_text })
    : el("span.small.broken", { role: "img", "aria-label": image.alt_text }, icon("broken"));
}

function image(block, context) {
  const url = address(block, context);
  const title = block.title ? el("div.image-title", {}, text(block.title, context)) : null;
  return [title, url ? picture(url, block.alt_text) : broken(block.alt_text)];
}

/** Return where a picture is, null where it can't be shown. */
function address({ image_url, slack_file }, context) {
  return image_url ?? (slack_file?.id ? context.file(slack_file.id) : null);
}
