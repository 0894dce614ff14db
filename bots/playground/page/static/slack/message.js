// A message in Slack.

import { avatar, el } from "../dom.js";
import { icon } from "../icons.js";
import { gallery } from "../media.js";
import { edited, messageRow } from "../message_row.js";
import { time } from "../times.js";
import { tools } from "../tools.js";
import { blocks } from "./blocks.js";
import { emoji, mrkdwn } from "./mrkdwn.js";

const GROUP_SECONDS = 300; // within which one person's messages stand under one name
const SLACKBOT = { name: "Slackbot", bot: true };
const SYSTEM = ["channel_join", "channel_leave"];

/** Return rows for messages; `view` has the channel, all its messages, and whether in a thread. */
export function messageRows(chat, messages, view) {
  return messages.map((message, n) => {
    const replies = view.inThread
      ? []
      : view.all.filter((one) => one.thread === message.id && one.id !== message.id);
    const grouped = !(view.inThread && n === 1) && follows(message, messages[n - 1]);
    const status = view.inThread ? "" : (view.channel.statuses[message.id] ?? "");
    return {
      key: message.id,
      deps: [message, grouped, replies.length, replies.at(-1)?.id, status, chat.home],
      make: () => draw(chat, message, { ...view, grouped, replies, status }),
    };
  });
}

function follows(message, last) {
  return (
    Boolean(last) &&
    last.user === message.user &&
    last.private === message.private &&
    !message.broadcast &&
    !SYSTEM.includes(last.subtype) &&
    Number(message.id) - Number(last.id) < GROUP_SECONDS
  );
}

function draw(chat, message, view) {
  const person = chat.home.people[message.user] ?? SLACKBOT;
  const marks = [view.grouped && "grouped", message.private && "private"];
  return messageRow({
    person,
    at: Number(message.id),
    marks: marks.filter(Boolean),
    before: message.broadcast && broadcast(chat, message, view),
    body: [
      message.private && el("p.only-you", {}, icon("eye"), "Only visible to you"),
      content(chat, message),
      message.files.length ? gallery(message.files) : null,
      message.reactions.length ? el("div.reactions", {}, message.reactions.map(reaction)) : null,
      footer(chat, message, view),
    ],
    actions: actions(chat, message, view),
  });
}

/** Tell that a reply of a thread is shown in its channel, too. */
function broadcast(chat, message, { inThread, all }) {
  if (inThread) return el("p.broadcast", {}, "Also sent to the channel");
  const parent = all.find((one) => one.id === message.thread);
  const words = parent ? parent.text.split("\n").at(-1) : "a thread";
  const nodes = mrkdwn(words, chat.home, (id) => chat.find(id)?.name);
  return el(
    "p.broadcast",
    {},
    "replied to a thread: ",
    el("button.link-like", { onclick: () => chat.enterThread(message.thread) }, nodes),
  );
}

const reaction = (name) => el("span", {}, `${emoji(name)} 1`);

function content(chat, message) {
  const where = { channel: message.channel, message: message.id };
  const context = chat.context(where, message.broken);
  const mark = message.edited ? edited() : null;
  if (SYSTEM.includes(message.subtype))
    return el("div.text.system", {}, mrkdwn(message.text, context.home, context.channels));
  if (message.blocks.length) return el("div.text", {}, blocks(message.blocks, context), mark);
  return message.text ? el("div.text", {}, mrkdwn(message.text, context.home, context.channels), mark) : null;
}

function footer(chat, message, { replies, status }) {
  const said = replies.filter((one) => !one.private);
  const working = status ? el("span.working", {}, `neocu ${status}`) : null;
  if (!replies.length) return working;
  const faces = [...new Set(said.map((one) => one.user))]
    .slice(0, 4)
    .map((user) => avatar(chat.home.people[user], ".tiny"));
  const words = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  const last = Number(replies.at(-1).id);
  return el(
    "button.replies",
    { "data-focus": "replies", onclick: () => chat.enterThread(message.id) },
    faces,
    el("b", {}, words),
    working ?? el("small", {}, `Last reply ${time(last)}`),
  );
}

function actions(chat, message, { inThread }) {
  if (message.private || SYSTEM.includes(message.subtype)) return null;
  const thread = message.thread ?? message.id;
  const quick = inThread
    ? []
    : [{ icon: "thread", label: "Reply in thread", run: () => chat.enterThread(thread) }];
  const menu = chat.home.shortcuts.map((one) => ({
    label: one.name,
    run: () =>
      chat.do("shortcut", { channel: message.channel, message: message.id, callback_id: one.callback_id }),
  }));
  return tools(quick, menu);
}
