// Components and embeds: https://docs.discord.com/developers/components/reference

import { el, link } from "../dom.js";
import { media, picture } from "../media.js";
import { markdown } from "./markdown.js";

const ROW = 1,
  BUTTON = 2,
  SECTION = 9,
  TEXT = 10,
  THUMBNAIL = 11,
  GALLERY = 12,
  FILE = 13,
  SEPARATOR = 14,
  CONTAINER = 17;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const LINK = 5;
const FILMS = /\.(mp4|webm|mov)(\?|$)/;

/** Return nodes for a list of components; pressing calls `context.press(component)`. */
export const components = (list, context) => list.map((one) => draw(one, context));

function draw(one, context) {
  switch (one.type) {
    case ROW:
      return el("div.row", {}, components(one.components, context));
    case BUTTON:
      return button(one, context);
    case SECTION:
      return el(
        "div.section",
        {},
        el("div", {}, components(one.components, context)),
        draw(one.accessory, context),
      );
    case TEXT:
      return el("div.text", {}, markdown(one.content, context));
    case THUMBNAIL:
      return picture(one.media.url, one.description ?? "");
    case GALLERY:
      return el(
        "div.gallery",
        {},
        one.items.map((item) => shown(item)),
      );
    case FILE:
      return media({ url: one.file.url, name: one.name ?? "file", kind: "", size: one.size ?? 0 });
    case SEPARATOR:
      return el("hr");
    case CONTAINER:
      return container(one, context);
    default:
      return menu(one, context);
  }
}

function button(one, context) {
  const style = STYLES[one.style] ?? "secondary";
  const words = [one.emoji?.name ? `${one.emoji.name} ` : "", one.label ?? ""];
  if (one.style === LINK) {
    const leading = link(one.url, ...words);
    leading.className = "button link";
    return leading;
  }
  return el(
    `button.button.${style}`,
    { disabled: one.disabled, "data-focus": one.custom_id, onclick: () => context.press(one) },
    words,
  );
}

function menu(one, context) {
  const options = (one.options ?? []).map((option) =>
    el("option", { value: option.value, selected: option.default }, option.label),
  );
  const hint = one.placeholder ?? "Make a selection";
  return el(
    "select.menu-of",
    {
      disabled: one.disabled,
      "aria-label": hint,
      "data-focus": one.custom_id,
      onchange: (event) => context.choose(one, event.target.value),
    },
    el("option", { value: "" }, hint),
    options,
  );
}

function shown(item) {
  const { url } = item.media;
  if (FILMS.test(url)) return el("video", { src: url, controls: true, preload: "metadata" });
  return picture(url, item.description ?? "");
}

function container(one, context) {
  const node = el("div.container", {}, components(one.components, context));
  if (one.accent_color) node.style.setProperty("--accent-bar", colour(one.accent_color));
  return node;
}

/** Return nodes for embeds: https://docs.discord.com/developers/resources/message#embed-object */
export function embeds(list, context) {
  return list.map((embed) => {
    const fields = (embed.fields ?? []).map((field) =>
      el(
        `div.field${field.inline ? ".inline" : ""}`,
        {},
        el("strong", {}, field.name),
        el("div", {}, markdown(field.value, context)),
      ),
    );
    const node = el(
      "article.embed",
      {},
      embed.author && el("div.embed-author", {}, embed.author.name),
      embed.title && el("div.embed-title", {}, embed.url ? link(embed.url, embed.title) : embed.title),
      embed.description && el("div", {}, markdown(embed.description, context)),
      fields.length ? el("div.fields", {}, fields) : null,
      embed.image && picture(embed.image.url, embed.title ?? ""),
      embed.thumbnail && el("div.thumb", {}, picture(embed.thumbnail.url, embed.title ?? "")),
      embed.footer && el("small", {}, embed.footer.text),
    );
    if (embed.color) node.style.setProperty("--accent-bar", colour(embed.color));
    return node;
  });
}

const colour = (number) => `#${number.toString(16).padStart(6, "0")}`;
