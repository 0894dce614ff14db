// A channel or a thread: its title, its messages, and the box to type in.

import { Composer, droppable } from "./composer.js";
import { el, keep } from "./dom.js";
import { icon } from "./icons.js";

const QUIET = 500; // milliseconds
const NEAR = 60; // pixels from the end that still count as being at the end

/** One column of a chat. `start` and `end` are buttons in its head. */
export class Pane {
  #key = null;
  #atEnd = true;
  #size = "";

  constructor({ name, send, suggest, start = null, end = null }) {
    this.title = el("h2.pane-title");
    this.topic = el("p.pane-topic");
    this.list = el("ol.messages");
    this.log = el(
      "div.log",
      {
        role: "log",
        "aria-live": "polite",
        "aria-relevant": "additions",
        tabindex: "0",
        "aria-label": name,
      },
      this.list,
    );
    this.scroller = el("div.scroller", {}, this.log);
    this.extra = el("div.extra");
    this.status = el("p.status", { role: "status" });
    this.context = el("div.context-line", { hidden: true });
    this.composer = new Composer({ send: (text, files) => this.#send(send, text, files), suggest });
    this.node = el(
      "section.pane",
      { "aria-label": name },
      el("header.pane-head", {}, start, el("div.pane-names", {}, this.title, this.topic), end),
      this.scroller,
      this.extra,
      el("footer.pane-foot", {}, this.context, this.composer.node, this.status),
    );
    this.scroller.addEventListener("scroll", () => {
      if (this.#size === this.#measure()) this.#atEnd = this.#rest() < NEAR;
    });
    new ResizeObserver(() => this.#follow()).observe(this.log);
    new ResizeObserver(() => this.#follow()).observe(this.scroller);
    droppable(this.node, (files) => this.composer.add(files));
  }

  /** Show {key, title, topic, rows, status, placeholder, open, extra}. */
  show(view) {
    if (view.key !== this.#key) {
      this.answer(null);
      this.#atEnd = true;
      this.#hush();
    }
    this.#key = view.key;
    this.title.replaceChildren(...view.title);
    this.topic.textContent = view.topic ?? "";
    this.log.setAttribute("aria-label", `Messages in ${view.name}`);
    keep(this.list, view.rows);
    keep(this.extra, view.extra ?? []);
    if (this.status.textContent !== (view.status ?? "")) this.status.textContent = view.status ?? "";
    this.composer.turn(view.key, view.placeholder, view.open ?? true);
    this.#follow();
  }

  /** Answer one message, or none in particular. */
  answer(id, words = "") {
    this.replyTo = id;
    this.context.hidden = !id;
    if (!id) return;
    const stop = el(
      "button.plain",
      { type: "button", "aria-label": "Don't reply", onclick: () => this.answer(null) },
      icon("close"),
    );
    this.context.replaceChildren(el("span", {}, words), stop);
    this.composer.focus();
  }

  /** Let a screen reader not read out a whole history: only what comes after it is news. */
  #hush() {
    this.log.setAttribute("aria-live", "off");
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), QUIET);
  }

  async #send(send, text, files) {
    this.#atEnd = true;
    const replyTo = this.replyTo;
    this.answer(null);
    return send(text, files, replyTo);
  }

  #rest() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
  }

  /** Tell sizes apart: when they change, the browser scrolls, and not the person. */
  #measure() {
    return `${this.scroller.scrollHeight}/${this.scroller.clientHeight}`;
  }

  #follow() {
    this.#size = this.#measure();
    if (this.#atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
