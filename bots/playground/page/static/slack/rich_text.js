// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/

import { el } from "../dom.js";
import { link } from "../links.js";
import { full } from "../times.js";
import { emoji, mention } from "./mrkdwn.js";

const PARTS = {
  rich_text_section: "div.rich",
  rich_text_quote: "blockquote",
  rich_text_preformatted: "pre",
};
const STYLES = [
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["code", "code"],
  ["underline", "u"],
];

/** Return nodes for a rich_text block. */
export function richText(block, home, channels) {
  return block.elements.map((part) => {
    if (part.type !== "rich_text_list")
      return el(
        PARTS[part.type] ?? "div",
        {},
        part.elements.map((one) => piece(one, home, channels)),
      );
    const items = part.elements.map((item) =>
      el(
        "li",
        {},
        item.elements.map((one) => piece(one, home, channels)),
      ),
    );
    const start = part.offset ? part.offset + 1 : null;
    return el(`${part.style === "ordered" ? "ol" : "ul"}.indent-${part.indent ?? 0}`, { start }, items);
  });
}

function piece(one, home, channels) {
  return STYLES.reduce(
    (node, [name, tag]) => (one.style?.[name] ? el(tag, {}, node) : node),
    bare(one, home, channels),
  );
}

function bare(one, home, channels) {
  switch (one.type) {
    case "text":
      return document.createTextNode(one.text);
    case "link":
      return link(one.url, one.text ?? one.url);
    case "user":
      return mention(one.user_id, home);
    case "channel":
      return el("span.mention", {}, `#${channels(one.channel_id) ?? one.channel_id}`);
    case "broadcast":
      return el("span.mention.me", {}, `@${one.range}`);
    case "usergroup":
      return el("span.mention", {}, `@${one.usergroup_id}`);
    case "emoji":
      return document.createTextNode(emoji(one.name));
    case "date":
      return el("time", {}, full(one.timestamp));
    default:
      return document.createTextNode(one.value ?? "");
  }
}
