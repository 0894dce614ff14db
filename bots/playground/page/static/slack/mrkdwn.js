// Slack's own marked-up text: https://docs.slack.dev/messaging/formatting-message-text/

import { el } from "../dom.js";
import { inline } from "../inline.js";
import { link } from "../links.js";
import { full } from "../times.js";

const EMOJI = {
  sparkles: "✨",
  warning: "⚠️",
  hourglass: "⏳",
  white_check_mark: "✅",
  x: "❌",
  art: "🎨",
  tada: "🎉",
  zap: "⚡",
};
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Return `&amp; &lt; &gt;` as what they stand for. */
export const plain = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** Return an emoji by its name. */
export const emoji = (name) => EMOJI[name] ?? `:${name}:`;

/** Return nodes for a text; `home` knows the people, `channels` the channels by ID. */
export function mrkdwn(text, home, channels) {
  return quotes(text).map(([quoted, part]) => {
    const nodes = inline(part, rules(home, channels));
    return quoted ? el("blockquote", {}, nodes) : el("span", {}, nodes);
  });
}

/** Return the mention of a person. */
export function mention(id, home) {
  const name = home.people[id]?.name ?? id;
  return el(`span.mention${id === home.me ? ".me" : ""}`, {}, `@${name}`);
}

function rules(home, channels) {
  const style = (tag) => (match, read) => el(tag, {}, read(match[1]));
  return [
    [/```\n?([^]*?)```/y, (match) => el("pre", {}, plain(match[1]))],
    [/`([^`\n]+)`/y, (match) => el("code", {}, plain(match[1]))],
    [/<@(\w+)(?:\|[^>]*)?>/y, (match) => mention(match[1], home)],
    [
      /<#(\w+)(?:\|([^>]*))?>/y,
      (match) => el("span.mention", {}, `#${channels(match[1]) ?? match[2] ?? match[1]}`),
    ],
    [/<!date\^(\d+)\^[^|>]*\|?([^>]*)>/y, (match) => el("time", {}, full(Number(match[1])))],
    [/<!([^>|^]+)[^>]*>/y, (match) => el("span.mention.me", {}, `@${match[1]}`)],
    [/<([^>|]+)(?:\|([^>]*))?>/y, (match) => link(plain(match[1]), plain(match[2] ?? match[1]))],
    [/(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])/y, style("strong")],
    [/(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])/y, style("em")],
    [/(?<![\w~])~(?=\S)([^~\n]*?\S)~(?![\w~])/y, style("s")],
    [/:([a-z_0-9+-]+):/y, (match) => document.createTextNode(emoji(match[1]))],
    [/&(?:amp|lt|gt);/y, (match) => document.createTextNode(plain(match[0]))],
  ];
}

/** Return runs of [quoted?, text]: lines that begin with > are a quote. */
function quotes(text) {
  const runs = [];
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>)(?! *$)/.test(line);
    const words = quoted ? line.replace(/^(?:&gt;|>) ?/, "") : line;
    const last = runs.at(-1);
    if (last && last[0] === quoted) last[1] += `\n${words}`;
    else runs.push([quoted, words]);
  }
  return runs;
}
