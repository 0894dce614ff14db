// The Discord tab: channels, messages, threads, the modal.

import { Chat } from "../chat.js";
import { avatar, el, intro } from "../dom.js";
import { icon } from "../icons.js";
import { messageRows } from "./message.js";
import { modalView } from "./modal.js";

export class DiscordChat extends Chat {
  constructor(root, store) {
    const words = { homeLabel: "Server", addLabel: "Add app" };
    super(root, store, { platform: "discord", name: "Discord", server: "Playground", ...words, modalView });
  }

  places() {
    const all = this.channels();
    const row = (one) => ({
      id: one.id,
      label: one.direct ? "neocu" : one.name,
      icon: one.direct ? "direct" : one.group ? "people" : "hash",
      newest: this.messages(one.id).at(-1)?.id,
    });
    const withThreads = (one) => [
      row(one),
      ...all
        .filter((thread) => thread.parent === one.id && !thread.archived)
        .map((thread) => ({ ...row(thread), id: one.id, thread: thread.id, icon: "thread" })),
    ];
    const text = all.filter((one) => !one.parent && !one.direct && !one.group);
    return [
      { title: "Text channels", rows: text.filter((one) => !one.elsewhere).flatMap(withThreads) },
      { title: "Direct messages", rows: all.filter((one) => one.direct || one.group).map(row) },
      {
        title: "Another server, without the bot",
        rows: text.filter((one) => one.elsewhere).flatMap(withThreads),
      },
    ];
  }

  main() {
    const channel = this.find(this.channel);
    const name = channel.direct ? "@neocu" : channel.group ? channel.name : `#${channel.name}`;
    return {
      key: channel.id,
      name,
      title: [
        channel.direct ? avatar({ name: "neocu" }, ".tiny") : icon(channel.group ? "people" : "hash"),
        channel.direct ? "neocu" : channel.name,
      ],
      rows: [intro(name), ...messageRows(this, this.messages(), { pane: this.pane })],
      status: typing(channel),
      placeholder: channel.open ? `Message ${name}` : "You may not post here.",
      open: channel.open,
    };
  }

  side() {
    const thread = this.find(this.thread);
    if (!thread) return null;
    const starter = this.store.get(`discord/message/${thread.parent}/${thread.id}`);
    return {
      key: thread.id,
      name: thread.name,
      title: [icon("thread"), thread.name],
      rows: messageRows(this, [starter, ...this.messages(thread.id)].filter(Boolean), {
        pane: this.beside,
        inThread: true,
      }),
      status: typing(thread),
      placeholder: thread.open ? `Message "${thread.name}"` : "This thread is locked.",
      open: thread.open,
    };
  }

  say(text, files, { thread, replyTo }) {
    return this.do("say", { channel: thread ?? this.channel, text, reply_to: replyTo }, { files });
  }

  /** What Markdown and components need to know. */
  context(where) {
    return {
      me: this.home.me,
      people: this.home.people,
      channels: (id) => this.find(id)?.name,
      choose: (component, value) => this.do("choose", { ...where, custom_id: component.custom_id, value }),
      press: (component) => this.do("press", { ...where, custom_id: component.custom_id }),
    };
  }
}

function typing(channel) {
  if (!channel.typing.length) return "";
  return `${channel.typing.join(" and ")} ${channel.typing.length > 1 ? "are" : "is"} typing …`;
}
