// A picture or a 3D model in full, over everything: arrows lead to its neighbours, Escape or a tap beside
// it closes. A picture that is twice as wide as high may be looked around in.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { model } from "./model.js";
import { panorama } from "./panorama.js";

class Lightbox {
  #things = [];
  #at = 0;

  constructor() {
    this.words = el("p");
    this.around = el("button.plain", { "aria-pressed": "false", onclick: () => this.#lookAround() }, "360°");
    this.original = el("a", { target: "_blank", rel: "noopener noreferrer" }, "Open original");
    this.place = el("div.lightbox-place");
    const go = (by) => () => this.#show(this.#at + by);
    this.back = el("button.plain.back", { "aria-label": "Previous picture", onclick: go(-1) }, icon("left"));
    this.next = el("button.plain.next", { "aria-label": "Next picture", onclick: go(1) }, icon("right"));
    const close = () => this.node.close();
    this.node = el(
      "dialog.lightbox",
      { onkeydown: (event) => this.#key(event), onclose: () => this.place.replaceChildren() },
      el(
        "header",
        {},
        this.words,
        this.around,
        this.original,
        el("button.plain", { "aria-label": "Close", onclick: close }, icon("close")),
      ),
      el("div.lightbox-middle", {}, this.back, this.place, this.next),
    );
    this.node.addEventListener("click", (event) => {
      if (!event.target.closest("img, canvas, button, a, p")) close();
    });
    document.body.append(this.node);
  }

  open(things, at) {
    this.#things = things;
    this.#show(at);
    this.node.showModal();
  }

  #show(at) {
    const many = this.#things.length;
    this.#at = (at + many) % many;
    const { url, alt, kind } = this.#things[this.#at];
    this.node.setAttribute("aria-label", kind === "model" ? "3D model" : "Picture");
    this.original.href = url;
    this.words.textContent = many > 1 ? `${alt} (${this.#at + 1} of ${many})` : alt;
    this.back.hidden = this.next.hidden = many < 2;
    this.around.hidden = true;
    this.around.ariaPressed = "false";
    this.place.replaceChildren(kind === "model" ? this.#model(url, alt) : this.#picture(url, alt));
  }

  #model(url, alt) {
    const fail = () => this.place.replaceChildren(el("p", {}, "This model can't be shown here."));
    return model(url, alt, { onerror: fail });
  }

  #picture(url, alt) {
    const image = el("img", { src: url, alt });
    image.decode().then(
      () => (this.around.hidden = !isPanorama(image)),
      () => {},
    );
    return image;
  }

  /** Change between the whole picture and a look around in it. */
  #lookAround() {
    const { url, alt } = this.#things[this.#at];
    const inside = this.around.ariaPressed !== "true";
    const view = inside ? panorama(url, alt) : this.#picture(url, alt);
    this.around.ariaPressed = String(inside && Boolean(view));
    this.place.replaceChildren(view ?? el("p", {}, "This browser can't draw 360° pictures."));
    if (inside) view?.focus();
  }

  #key(event) {
    if (event.key === "ArrowLeft") this.#show(this.#at - 1);
    else if (event.key === "ArrowRight") this.#show(this.#at + 1);
  }
}

/** Tell whether a picture may show all around: as wide as 360°, as high as 180°. */
export const isPanorama = (image) => image.naturalWidth >= 1000 && image.naturalWidth === 2 * image.naturalHeight;

let box = null;

/** Show things {url, alt, kind: "picture" or "model"}, beginning with one of them. */
export function openLightbox(things, at) {
  box ??= new Lightbox();
  box.open(things, at);
}
