// A picture in full, over everything: arrows lead to its neighbours, Escape or a tap beside it closes.

import { el } from "./dom.js";
import { icon } from "./icons.js";

class Lightbox {
  #pictures = [];
  #at = 0;

  constructor() {
    this.image = el("img", { alt: "" });
    this.words = el("p");
    this.original = el("a", { target: "_blank", rel: "noopener noreferrer" }, "Open original");
    const go = (by) => () => this.#show(this.#at + by);
    this.back = el("button.plain.back", { "aria-label": "Previous picture", onclick: go(-1) }, icon("left"));
    this.next = el("button.plain.next", { "aria-label": "Next picture", onclick: go(1) }, icon("right"));
    const close = el(
      "button.plain",
      { "aria-label": "Close picture", onclick: () => this.node.close() },
      icon("close"),
    );
    this.node = el(
      "dialog.lightbox",
      { "aria-label": "Picture", onkeydown: (event) => this.#key(event) },
      el("header", {}, this.words, this.original, close),
      el("div.lightbox-middle", {}, this.back, this.image, this.next),
    );
    this.node.addEventListener("click", (event) => {
      if (!event.target.closest("img, button, a, p")) this.node.close();
    });
    document.body.append(this.node);
  }

  open(pictures, at) {
    this.#pictures = pictures;
    this.#show(at);
    this.node.showModal();
  }

  #show(at) {
    const many = this.#pictures.length;
    this.#at = (at + many) % many;
    const { url, alt } = this.#pictures[this.#at];
    this.image.src = this.original.href = url;
    this.image.alt = alt;
    this.words.textContent = many > 1 ? `${alt} (${this.#at + 1} of ${many})` : alt;
    this.back.hidden = this.next.hidden = many < 2;
  }

  #key(event) {
    if (event.key === "ArrowLeft") this.#show(this.#at - 1);
    else if (event.key === "ArrowRight") this.#show(this.#at + 1);
  }
}

let box = null;

/** Show pictures {url, alt}, beginning with one of them. */
export function openLightbox(pictures, at) {
  box ??= new Lightbox();
  box.open(pictures, at);
}
