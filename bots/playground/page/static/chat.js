// What both chats have in common: a list of places, a channel, and a thread beside it.

import { el, keep } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { Pane } from "./pane.js";
import { act, toast } from "./talk.js";

const DESCRIPTIONS = {
  "/neocu": "Make an image, sound, video, voice or 3D model",
  "/invite": "Invite someone to this channel",
};

/**
 * A tab: `platform` begins its things' names, `server` heads its places, `modalView` draws its modal.
 * A platform adds `places()`, `main()`, `side()`, `say()` and `context()`.
 */
export class Chat {
  channel = null;
  thread = null;
  #seen = new Map();

  constructor(root, store, { platform, name, server, homeLabel, addLabel, modalView }) {
    this.root = root;
    this.store = store;
    this.platform = platform;
    this.server = server;
    this.homeLabel = homeLabel;
    this.addLabel = addLabel;
    this.modalView = modalView;
    this.form = new Form({
      look: platform,
      onsubmit: (values, files) => this.do("submit", { values }, files),
      oncancel: () => this.do("close", {}),
      onclosed: () => (this.thread ? this.beside : this.pane).composer.focus(),
    });
    this.nav = el("nav.places", { "aria-label": `${name} channels` });
    this.more = el(
      "button.plain.places-button",
      { "aria-label": "Channels", "aria-expanded": "false", onclick: () => this.#drawer(true) },
      icon("menu"),
    );
    const shade = el("div.shade", { onclick: () => this.#drawer(false) });
    this.nav.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#drawer(false);
    });
    const away = el(
      "button.plain",
      { "aria-label": "Close thread", onclick: () => this.enterThread(null) },
      icon("close"),
    );
    const suggest = (word) => this.suggest(word);
    this.pane = new Pane({
      name: "Channel",
      start: this.more,
      suggest,
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
    root.append(this.nav, shade, this.pane.node, this.beside.node);
    root.addEventListener("visit", (event) => this.visit(event.detail));
    store.addEventListener("change", () => this.draw());
  }

  get home() {
    return this.store.get(`${this.platform}/home`);
  }

  get homes() {
    return this.store.get(`${this.platform}/homes`);
  }

  /** Do something as this person. */
  do(verb, args, files) {
    return act(`/do/${this.platform}/${verb}`, { person: this.store.person, home: this.homes.here, ...args }, files);
  }

  find(channel) {
    return this.store.get(`${this.platform}/channel/${channel}`);
  }

  channels() {
    return this.store.all(`${this.platform}/channel/`);
  }

  /** What a form lets one pick: people and channels. */
  get pickable() {
    const people = Object.entries(this.home.people).filter(([, one]) => !one.bot);
    const direct = (one) => one.direct || one.group === true || one.kind?.endsWith("im");
    const open = this.channels().filter((one) => !one.parent && !one.elsewhere && !direct(one));
    return {
      people: people.map(([value, one]) => ({ value, label: one.name })),
      channels: open.map((one) => ({ value: one.id, label: `#${one.name}` })),
    };
  }

  messages(channel = this.channel) {
    return this.store.all(`${this.platform}/message/${channel}/`);
  }

  /** Return what can be typed instead of a word that begins with / or @. */
  suggest(word) {
    if (word.startsWith("/"))
      return this.home.commands.map((value) => ({ value, description: DESCRIPTIONS[value] ?? "" }));
    return Object.values(this.home.people)
      .sort((one, other) => other.bot - one.bot)
      .map((one) => ({ value: `@${one.name}`, description: one.bot ? "App" : "" }));
  }

  /** Go to a channel. */
  enter(channel) {
    this.channel = channel;
    this.thread = null;
    this.#drawer(false);
    this.draw();
    this.pane.composer.focus();
  }

  /** Go where a link leads: to a channel, to its thread, or to a thread that is a channel. */
  visit({ channel, thread = null }) {
    const found = this.find(channel);
    if (!found) {
      toast("That place is not in this playground, or you don't see it.");
      return;
    }
    this.enter(found.parent ?? channel);
    this.enterThread(found.parent ? channel : thread);
  }

  /** Open or close the list of places, where it has no room beside the channel. */
  #drawer(open) {
    const was = this.root.classList.contains("places-open");
    this.root.classList.toggle("places-open", open);
    this.more.setAttribute("aria-expanded", String(open));
    if (open) (this.nav.querySelector("[aria-current]") ?? this.nav.querySelector("button"))?.focus();
    else if (was) this.more.focus();
  }

  /** Open a thread beside the channel, or none. */
  enterThread(thread) {
    this.thread = thread;
    this.draw();
    (thread ? this.beside : this.pane).composer.focus();
  }

  draw() {
    if (!this.home) return;
    this.channel = (this.find(this.channel) ?? this.channels().find((one) => one.name === "general") ?? this.channels()[0]).id;
    this.#drawPlaces();
    this.pane.show(this.#ours(this.main()));
    const side = this.thread && this.#ours(this.side());
    this.root.classList.toggle("has-thread", Boolean(side));
    this.beside.node.hidden = !side;
    if (side) this.beside.show(side);
    this.form.show(this.modalView(this, this.store.get(`${this.platform}/modal`)));
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
          title && el("h2", {}, title),
          el(
            "ul",
            {},
            rows.map((row) => el("li", {}, this.#place(row, rows))),
          ),
        ),
    }));
    keep(this.nav, [{ key: "head", deps: [JSON.stringify(this.homes)], make: () => this.#head() }, ...sections]);
  }

  /** Name the workspace or server; with neighbours, choose between them, and add the app there. */
  #head() {
    const { here, all, add } = this.homes;
    if (all.length < 2) return el("div.places-head", {}, el("strong", {}, this.server));
    const choice = el(
      "select.home",
      {
        "aria-label": this.homeLabel,
        onchange: (event) => this.store.look(this.platform, event.target.value),
      },
      all.map((one) => el("option", { value: one.id, selected: one.id === here }, one.name)),
    );
    const bare = !all.find((one) => one.id === here).has_app;
    const link = bare && el("a.add-app", { href: add, target: "_blank", rel: "noopener" }, this.addLabel);
    return el("div.places-head", {}, choice, link);
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
