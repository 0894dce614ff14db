// Files in messages: pictures, films, sounds, and cards for all else.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const KILO = 1024;

/** Return a size in words. */
export function size(bytes) {
  if (bytes < KILO) return `${bytes} B`;
  if (bytes < KILO * KILO) return `${Math.round(bytes / KILO)} kB`;
  return `${(bytes / KILO / KILO).toFixed(1)} MB`;
}

/** Return a file {name, title, alt, kind, size, url} as a chat shows it. */
export function media(file) {
  const words = file.alt || file.title || file.name;
  if (/^image\/(png|jpeg|gif|webp)/.test(file.kind)) return picture(file.url, words, file.name);
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
  const caption = el(
    "span.file-words",
    {},
    el("strong", {}, file.title || file.name),
    el("small", {}, `${ending(file.name)} · ${size(file.size)}`),
  );
  return el("a.file-card", { href: file.url, download: file.name }, icon("file"), caption);
}

/** Return a picture that opens in full. */
export function picture(url, alt, title) {
  const image = el("img", { src: url, alt, loading: "lazy" });
  return el("a.picture", { href: url, target: "_blank", rel: "noopener noreferrer", title }, image);
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
