// The Slack tab: channels, messages, threads, the modal.

import { Chat } from "../chat.js";
import { avatar, el, intro } from "../dom.js";
import { icon } from "../icons.js";
import { messageRows } from "./message.js";
import { modalView } from "./modal.js";

const ICONS = { im: "direct", mpim: "people", group: "lock" };

export class SlackChat extends Chat {
  constructor(root, store) {
    const words = { homeLabel: "Workspace", addLabel: "Add to Slack" };
    super(root, store, { platform: "slack", name: "Slack", server: "Neocu Lab", ...words, modalView });
  }

  places() {
    const row = (one) => ({
      id: one.id,
      label: this.#label(one),
      icon: ICONS[one.kind] ?? "hash",
      newest: this.messages(one.id).at(-1)?.id,
    });
    const of = (...kinds) => this.channels().filter((one) => kinds.includes(one.kind)).map(row);
    return [
      { title: "Channels", rows: of("channel", "group") },
      { title: "Direct messages", rows: of("mpim") },
      { title: "Apps", rows: of("im") },
    ];
  }

  /** Return what a channel is called: a direct message is called by who else is in it. */
  #label(channel) {
    if (channel.kind !== "im" && channel.kind !== "mpim") return channel.name;
    const others = channel.members.filter((one) => one !== this.home.me);
    return others.map((one) => this.home.people[one]?.name ?? one).sort().join(", ");
  }

  enter(channel) {
    super.enter(channel);
    this.do("enter", { channel });
  }

  main() {
    const channel = this.find(this.channel);
    const direct = channel.kind === "im";
    const inside = channel.members.includes(this.home.bot);
    const messages = this.messages();
    const label = this.#label(channel);
    const name = direct || channel.kind === "mpim" ? label : `#${label}`;
    return {
      key: channel.id,
      name,
      title: [
        direct ? avatar({ name: label }, ".tiny") : icon(ICONS[channel.kind] ?? "hash"),
        label,
      ],
      topic: direct ? "Messages with the app" : inside ? "" : "neocu is not in this channel: /invite @neocu",
      rows: [
        intro(name),
        ...messageRows(
          this,
          messages.filter((one) => !one.reply),
          { channel, all: messages },
        ),
      ],
      placeholder: `Message ${name}`,
      extra: direct ? this.#prompts(channel) : [],
    };
  }

  side() {
    const channel = this.find(this.channel);
    const all = this.messages();
    const thread = all.filter((one) => one.id === this.thread || one.thread === this.thread);
    if (!thread.length) return null;
    const status = channel.statuses[this.thread];
    return {
      key: `${channel.id}/${this.thread}`,
      name: "the thread",
      title: ["Thread"],
      topic: ["im", "mpim"].includes(channel.kind) ? this.#label(channel) : `#${channel.name}`,
      rows: messageRows(this, thread, { channel, all, inThread: true }),
      status: status ? `neocu ${status}` : "",
      placeholder: "Reply …",
    };
  }

  #prompts(channel) {
    return channel.prompts.map((prompt) => ({
      key: prompt.title,
      deps: [prompt.message],
      make: () => el("button.prompt", { onclick: () => this.say(prompt.message, [], {}) }, prompt.title),
    }));
  }

  say(text, files, { thread }) {
    return this.do("say", { channel: this.channel, text, thread }, { files });
  }

  /** What blocks need to know, for a message or the modal; `broken` are files that can't be shown. */
  context(where, broken = []) {
    return {
      home: this.home,
      channels: (id) => this.find(id)?.name,
      file: (id) => (broken.includes(id) ? null : `/media/slack/${id}/file`),
      press: (element, value) => this.do("press", { ...where, action: element.action_id, value }),
    };
  }
}
