// The Slack tab: channels, messages, threads, the modal.

import { Chat } from "../chat.js";
import { avatar, el, intro } from "../dom.js";
import { icon } from "../icons.js";
import { messageRows } from "./message.js";
import { modalView } from "./modal.js";

export class SlackChat extends Chat {
  constructor(root, store) {
    super(root, store, { platform: "slack", name: "Slack", server: "Neocu Lab", modalView });
  }

  places() {
    const row = (one) => ({
      id: one.id,
      label: one.kind === "im" ? "neocu" : one.name,
      icon: { im: "direct", group: "lock" }[one.kind] ?? "hash",
      newest: this.messages(one.id).at(-1)?.id,
    });
    const all = this.channels();
    return [
      { title: "Channels", rows: all.filter((one) => one.kind !== "im").map(row) },
      { title: "Apps", rows: all.filter((one) => one.kind === "im").map(row) },
    ];
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
    const name = direct ? "neocu" : `#${channel.name}`;
    return {
      key: channel.id,
      name,
      title: [
        direct ? avatar({ name: "neocu" }, ".tiny") : icon(channel.kind === "group" ? "lock" : "hash"),
        direct ? "neocu" : channel.name,
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
      topic: channel.kind === "im" ? "neocu" : `#${channel.name}`,
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

  /** What blocks need to know, for a message or the modal. */
  context(where) {
    return {
      home: this.home,
      channels: (id) => this.find(id)?.name,
      file: (id) => `/media/slack/${id}/file`,
      press: (element, value) => this.do("press", { ...where, action: element.action_id, value }),
    };
  }
}
