// Components and embeds: https://docs.discord.com/developers/components/reference

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { link } from "../links.js";
import { gallery, media, picture } from "../media.js";
import { menu } from "../menu.js";
import { spoiler } from "../spoiler.js";
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
const WIDE = 2; // the larger of a separator's two spacings
const ATTACHMENT = /^\/media\/discord\/(?:\d+\/)?(\d+)\//;
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
      return el("div.thumb", {}, hidden(one, picture(one.media.url, one.description ?? "")));
    case GALLERY:
      return gallery(one.items.map((item) => fileOf(item.media.url, item, context)));
    case FILE:
      return media({ ...fileOf(one.file.url, one, context), kind: "" });
    case SEPARATOR:
      return el(one.divider === false ? "div.gap" : `hr${one.spacing === WIDE ? ".wide" : ""}`);
    case CONTAINER:
      return container(one, context);
    default:
      return choice(one, context);
  }
}

function button(one, context) {
  const style = STYLES[one.style] ?? "secondary";
  if (one.style === LINK) {
    const leading = link(one.url, label(one));
    leading.className = "button link";
    return leading;
  }
  return el(
    `button.button.${style}`,
    { disabled: one.disabled, "data-focus": one.custom_id, onclick: () => context.press(one) },
    label(one),
  );
}

const label = ({ emoji, label: words = "" }) => (emoji?.name ? `${emoji.name} ${words}` : words);

function choice(one, context) {
  const options = (one.options ?? []).map((option) => ({
    label: label(option),
    hint: option.description,
    chosen: one.options.some((other) => other.default) ? Boolean(option.default) : undefined,
    run: () => context.choose(one, option.value),
  }));
  const chosen = one.options?.find((option) => option.default);
  const words = chosen ? label(chosen) : (one.placeholder ?? "Make a selection");
  const opener = el(
    "button.choice",
    { disabled: one.disabled, "aria-label": words, "data-focus": one.custom_id },
    el("span", {}, words),
    icon("expand"),
  );
  return menu(opener, options);
}

/** Return the file that an address of the message's own attachments leads to, or any other's. */
function fileOf(url, one, context) {
  const id = ATTACHMENT.exec(url)?.[1];
  const own = context.attachments?.find((file) => file.id === id);
  const name = decodeURIComponent(url.split("?")[0].split("/").at(-1));
  const kind = FILMS.test(url) ? "video/mp4" : "image/png";
  const known = own ?? { name, kind, size: one.size ?? 0 };
  return { ...known, url, alt: one.description ?? own?.alt ?? "", spoiler: one.spoiler || own?.spoiler };
}

const hidden = (one, node) => (one.spoiler ? spoiler(node, true) : node);

function container(one, context) {
  const node = el("div.container", {}, components(one.components, context));
  if (one.accent_color) node.style.setProperty("--accent-bar", colour(one.accent_color));
  return hidden(one, node);
}

/** Return the attachments that no component and no embed shows. */
export function loose({ attachments, embeds: list, v2 }) {
  if (v2) return [];
  const used = list.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]).filter(Boolean);
  return attachments.filter((file) => !used.some((url) => ATTACHMENT.exec(url)?.[1] === file.id));
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
      embed.image && gallery([fileOf(embed.image.url, { description: embed.title }, context)]),
      embed.thumbnail && el("div.thumb", {}, picture(embed.thumbnail.url, embed.title ?? "")),
      embed.footer && el("small", {}, embed.footer.text),
    );
    node.classList.toggle("with-thumb", Boolean(embed.thumbnail));
    if (embed.color) node.style.setProperty("--accent-bar", colour(embed.color));
    return node;
  });
}

const colour = (number) => `#${number.toString(16).padStart(6, "0")}`;
