// What both chats have in common: a list of places, a channel, and a thread beside it.

import { el, keep } from "./dom.js";
import { icon } from "./icons.js";
import { Pane } from "./pane.js";

/** A tab. A platform adds `places()`, `main()`, `side()`, `say()`, `suggest()` and `modal()`. */
export class Chat {
  channel = null;
  thread = null;
  #seen = new Map();

  constructor(root, store, { name, hint }) {
    this.root = root;
    this.store = store;
    this.name = name;
    this.nav = el("nav.places", { "aria-label": `${name} channels` });
    const more = el(
      "button.plain.places-button",
      { "aria-label": "Channels", onclick: () => root.classList.toggle("places-open") },
      icon("menu"),
    );
    const away = el(
      "button.plain",
      { "aria-label": "Close thread", onclick: () => this.enterThread(null) },
      icon("close"),
    );
    const suggest = (word) => this.suggest(word);
    this.pane = new Pane({
      name: "Channel",
      start: more,
      suggest,
      hint,
      send: (text, files, replyTo) => this.say(text, files, { replyTo }),
    });
    this.beside = new Pane({
      name: "Thread",
      end: away,
      suggest,
      send: (text, files, replyTo) => this.say(text, files, { replyTo, thread: this.thread }),
    });
    this.beside.node.classList.add("beside");
    this.beside.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.enterThread(null);
    });
    root.append(this.nav, this.pane.node, this.beside.node);
    store.addEventListener("change", () => this.draw());
  }

  /** Go to a channel. */
  enter(channel) {
    this.channel = channel;
    this.thread = null;
    this.root.classList.remove("places-open");
    this.draw();
    this.pane.composer.focus();
  }

  /** Open a thread beside the channel, or none. */
  enterThread(thread) {
    this.thread = thread;
    this.draw();
    (thread ? this.beside : this.pane).composer.focus();
  }

  draw() {
    if (!this.home) return;
    this.channel = this.channelOr(this.channel);
    this.#drawPlaces();
    this.pane.show(this.#ours(this.main()));
    const side = this.thread && this.#ours(this.side());
    this.root.classList.toggle("has-thread", Boolean(side));
    this.beside.node.hidden = !side;
    if (side) this.beside.show(side);
    this.modal();
  }

  /** Keep what one person sees and drafts apart from another's. */
  #ours(view) {
    return view && { ...view, key: `${this.store.person}/${view.key}` };
  }

  #drawPlaces() {
    const sections = this.places().map(({ title, rows }) => ({
      key: title,
      deps: [JSON.stringify(rows), this.channel, this.thread, this.#news(rows)],
      make: () =>
        el(
          "section",
          {},
          title && el("h3", {}, title),
          el(
            "ul",
            {},
            rows.map((row) => el("li", {}, this.#place(row, rows))),
          ),
        ),
    }));
    keep(this.nav, [{ key: "head", deps: [], make: () => this.head() }, ...sections]);
  }

  #place(row, rows) {
    const inThread = rows.some((one) => one.thread && one.thread === this.thread);
    const here = row.thread ? row.thread === this.thread : row.id === this.channel && !inThread;
    const go = () => (row.thread ? this.#goThread(row) : this.enter(row.id));
    const kind = row.thread ? ".is-thread" : "";
    return el(
      `button.place${kind}${this.#isNew(row) ? ".unread" : ""}`,
      { "aria-current": here ? "page" : null, "data-focus": row.thread ?? row.id, onclick: go },
      row.picture ?? icon(row.icon),
      el("span", {}, row.label),
    );
  }

  #goThread(row) {
    this.enter(row.id);
    this.enterThread(row.thread);
  }

  #isNew(row) {
    const open = row.thread ? row.thread === this.thread : row.id === this.channel;
    const key = row.thread ?? row.id;
    if (open || !this.#seen.has(key)) this.#seen.set(key, row.newest);
    return this.#seen.get(key) !== row.newest;
  }

  #news(rows) {
    return rows.map((row) => Number(this.#isNew(row))).join("");
  }
}
