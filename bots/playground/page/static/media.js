// Files in messages: pictures, films, sounds, and cards for all else.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { isPanorama, openLightbox } from "./lightbox.js";
import { MODEL } from "./model.js";
import { spoiler } from "./spoiler.js";

const KILO = 1024;

/** Return a size in words. */
export function size(bytes) {
  if (bytes < KILO) return `${bytes} B`;
  if (bytes < KILO * KILO) return `${Math.round(bytes / KILO)} kB`;
  return `${(bytes / KILO / KILO).toFixed(1)} MB`;
}

/** Return the files of one message: several pictures as a mosaic, all else below it. */
export function gallery(files) {
  const pictures = files.filter(isPicture);
  if (pictures.length < 2) return el("div.files", {}, files.map(media));
  const shape = pictures.length > 4 ? `left-${pictures.length % 3}` : `of-${pictures.length}`;
  const rest = files.filter((file) => !isPicture(file));
  return el("div.files", {}, el(`div.mosaic.${shape}`, {}, pictures.map(media)), rest.map(media));
}

const isPicture = (file) => /^image\/(png|jpeg|gif|webp)/.test(file.kind);

/** Return a file {name, title, alt, kind, size, url, spoiler} as a chat shows it. */
export function media(file) {
  return file.spoiler ? spoiler(shown(file), true) : shown(file);
}

function shown(file) {
  const words = file.alt || file.title || file.name;
  if (isPicture(file)) return picture(file.url, words, file.name);
  if (file.kind.startsWith("video/")) {
    return figure(
      file,
      el("video", { src: file.url, controls: true, preload: "metadata", "aria-label": words }),
    );
  }
  if (file.kind.startsWith("audio/")) {
    return figure(
      file,
      el("audio", { src: file.url, controls: true, preload: "metadata", "aria-label": words }),
    );
  }
  return card(file, words);
}

function card(file, words) {
  const caption = el(
    "span.file-words",
    {},
    el("strong", {}, file.title || file.name),
    el("small", {}, `${ending(file.name)} · ${size(file.size)}`),
  );
  if (!MODEL.test(file.name))
    return el("a.file-card", { href: file.url, download: file.name }, icon("file"), caption);
  const props = {
    "aria-label": `${words}: view the 3D model`,
    "data-focus": file.url,
    onclick: () => openLightbox([{ url: file.url, alt: words, kind: "model" }], 0),
  };
  return el("button.file-card", props, icon("cube"), caption, el("b", {}, "View"));
}

/** Return a picture that opens in full, with its neighbours; a card where it can't be shown. */
export function picture(url, alt, title) {
  const image = el("img", {
    src: url,
    alt,
    loading: "lazy",
    onload: () => node.classList.toggle("all-around", isPanorama(image)),
    onerror: () => node.replaceWith(broken(alt)),
  });
  const node = el("a.picture", { href: url, title, onclick: enlarge }, image);
  return node;
}

/** Return what stands where a picture can't be shown. */
export function broken(alt) {
  const words = `This picture can't be shown: ${alt}`;
  return el("span.broken-picture", { role: "img", "aria-label": words }, icon("broken"), el("span", {}, alt));
}

function enlarge(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab was asked for
  event.preventDefault();
  const here = event.currentTarget;
  const all = [...here.closest(".body, .form, body").querySelectorAll("a.picture")];
  const pictures = all.map((one) => ({ url: one.href, alt: one.querySelector("img").alt }));
  openLightbox(pictures, all.indexOf(here));
}

function figure(file, player) {
  return el(
    "figure.player",
    {},
    player,
    el("figcaption", {}, `${file.title || file.name} · ${size(file.size)}`),
  );
}

function ending(name) {
  return name.includes(".") ? name.split(".").pop().toUpperCase() : "File";
}
