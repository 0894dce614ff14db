// A message in Discord.

import { avatar, el } from "../dom.js";
import { icon } from "../icons.js";
import { gallery } from "../media.js";
import { edited, messageRow } from "../message_row.js";
import { time } from "../times.js";
import { tools } from "../tools.js";
import { components, embeds, loose } from "./components.js";
import { markdown } from "./markdown.js";

const GROUP_SECONDS = 420; // within which one person's messages stand under one name

/** Return rows for messages; `view` has the pane, and whether it is a thread's. */
export function messageRows(chat, messages, view) {
  return messages.map((message, n) => {
    const grouped = follows(message, messages[n - 1]);
    const thread = view.inThread ? null : chat.find(message.thread);
    const inside = thread ? chat.messages(thread.id) : [];
    const replied =
      message.reply_to && chat.store.get(`discord/message/${message.channel}/${message.reply_to}`);
    return {
      key: message.id,
      deps: [message, grouped, thread, inside.length, inside.at(-1), replied, chat.home],
      make: () => draw(chat, message, { ...view, grouped, thread, inside, replied }),
    };
  });
}

function follows(message, last) {
  const apart =
    !last ||
    message.reply_to ||
    message.asked ||
    last.author !== message.author ||
    last.private !== message.private;
  return !apart && !last.thread && message.at - last.at < GROUP_SECONDS;
}

function draw(chat, message, view) {
  const person = chat.home.people[message.author] ?? { name: "?" };
  const where = { channel: message.channel, message: message.id };
  const context = { ...chat.context(where), attachments: message.attachments };
  const files = loose(message);
  const marks = [
    view.grouped && "grouped",
    message.private && "private",
    message.failed && "failed",
    message.mentions_me.includes(chat.home.me) && "for-me",
  ];
  return messageRow({
    person,
    at: message.at,
    marks: marks.filter(Boolean),
    before: before(chat, message, view),
    body: [
      content(message, context),
      files.length ? gallery(files) : null,
      embeds(message.embeds, context),
      message.components.length ? el("div.components", {}, components(message.components, context)) : null,
      message.private && el("p.only-you", {}, icon("eye"), "Only you can see this"),
      view.thread && card(chat, view),
    ],
    actions: actions(chat, message, view),
  });
}

function content(message, context) {
  if (message.thinking)
    return el(
      "div.text.thinking",
      {},
      el("span.dots", { "aria-hidden": "true" }, el("i"), el("i"), el("i")),
      " is thinking …",
    );
  if (!message.content) return null;
  const node = el("div.text", {}, markdown(message.content, context));
  const last = node.lastChild.matches?.(".line, .subtext") ? node.lastChild : node;
  if (message.edited) last.append(edited());
  return node;
}

function before(chat, message, { replied }) {
  if (message.reply_to) {
    const who = chat.home.people[replied?.author];
    const words = replied
      ? replied.content.split("\n")[0] || "Click to see attachment"
      : "Original message was deleted";
    return el(
      "p.before",
      {},
      who && avatar(who, ".tiny"),
      el("b", {}, who ? `@${who.name}` : ""),
      el("span", {}, unmarked(words, chat)),
    );
  }
  if (!message.asked?.name) return null;
  const who = chat.home.people[message.asked.who];
  return el(
    "p.before",
    {},
    avatar(who, ".tiny"),
    el("b", {}, who.name),
    " used ",
    el("span.mention", {}, `/${message.asked.name}`),
  );
}

function unmarked(words, chat) {
  return words
    .replace(/<@!?(\d+)>/g, (_, id) => `@${chat.home.people[id]?.name ?? id}`)
    .replace(/\*\*|\\(?=[^\w\s])|`/g, "");
}

function card(chat, { thread, inside }) {
  const last = inside.at(-1);
  const words = `${inside.length} ${inside.length === 1 ? "message" : "messages"}`;
  const who = last && chat.home.people[last.author];
  const preview = last
    ? [
        avatar(who, ".tiny"),
        el("b", {}, who.name),
        el(
          "span.preview",
          {},
          last.thinking ? "is thinking …" : unmarked(last.content.split("\n")[0] || "sent a file", chat),
        ),
        el("time", {}, time(last.at)),
      ]
    : "There are no recent messages in this thread.";
  return el(
    "button.thread-card",
    { "data-focus": "thread", onclick: () => chat.enterThread(thread.id) },
    el("span.thread-line", {}, el("b", {}, thread.name), el("span.link", {}, `${words} ›`)),
    el("span.thread-line", {}, preview),
  );
}

function actions(chat, message, { pane, thread }) {
  if (message.private || message.thinking) return null;
  const who = chat.home.people[message.author]?.name;
  const quick = [{ icon: "reply", label: "Reply", run: () => pane.answer(message.id, `Replying to ${who}`) }];
  if (thread) quick.push({ icon: "thread", label: "Open thread", run: () => chat.enterThread(thread.id) });
  const menu = chat.home.menu.map((name) => ({
    label: name,
    run: () => chat.do("shortcut", { channel: message.channel, message: message.id, name }),
  }));
  return tools(quick, menu);
}
