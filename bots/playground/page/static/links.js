// Links in messages: to the web, to a place of a chat, to a picture or a 3D model that is viewed here.

import { el } from "./dom.js";
import { openLightbox } from "./lightbox.js";
import { MODEL } from "./model.js";

const PICTURE = /\.(png|jpe?g|gif|webp)$/i;
const SCHEMES = ["http:", "https:"];

/** Return a link to the web or to a place of a chat, or only its words where it leads elsewhere. */
export function link(url, ...words) {
  const target = URL.canParse(url, location.href) ? new URL(url, location.href) : null;
  if (!target || !SCHEMES.includes(target.protocol)) return el("span", {}, ...words);
  const shown = shownHere(target);
  if (shown) return el("a", { href: url, onclick: (event) => view(event, shown) }, ...words);
  const place = placeOf(target);
  if (place) return el("a", { href: url, onclick: (event) => visit(event, place) }, ...words);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...words);
}

/** Return the channel, and Slack's thread, that an address of Slack's or Discord's names. */
function placeOf({ hostname, pathname, searchParams }) {
  const slack = /\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (slack) return { channel: slack[1], thread: searchParams.get("thread_ts") ?? `${slack[2]}.${slack[3]}` };
  const discord = hostname === "discord.com" && /^\/channels\/(?:@me|\d+)\/(\d+)/.exec(pathname);
  return discord ? { channel: discord[1] } : null;
}

/** Let the chat around a link go where it leads, instead of the browser. */
function visit(event, place) {
  event.preventDefault();
  event.currentTarget.dispatchEvent(new CustomEvent("visit", { bubbles: true, detail: place }));
}

/** Return what an address of our own leads to, if the page has a viewer for it. */
function shownHere({ origin, pathname, href }) {
  if (origin !== location.origin || !pathname.startsWith("/media/")) return null;
  const kind = MODEL.test(pathname) ? "model" : PICTURE.test(pathname) ? "picture" : null;
  return kind && { url: href, alt: decodeURIComponent(pathname.split("/").at(-1)), kind };
}

function view(event, thing) {
  event.preventDefault();
  openLightbox([thing], 0);
}
