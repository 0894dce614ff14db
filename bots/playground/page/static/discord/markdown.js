// Discord's Markdown: https://support.discord.com/hc/en-us/articles/210298617

import { el } from "../dom.js";
import { inline } from "../inline.js";
import { link } from "../links.js";
import { spoiler } from "../spoiler.js";
import { full, time } from "../times.js";

/** Return nodes for a text; `context.people` by ID, `context.me`, `context.channels` (name by ID). */
export function markdown(text, context) {
  const nodes = [];
  const lines = text.split("\n");
  while (lines.length) nodes.push(block(lines, context));
  return nodes;
}

/** Take the lines of one block away and return its node. */
function block(lines, context) {
  const read = (words) => inline(words, rules(context));
  const line = lines[0];
  const heading = /^(#{1,3}) +(.+)/.exec(line);
  if (line.startsWith("```")) return code(lines);
  if (heading) return lines.shift() && el(`h3.level-${heading[1].length}`, {}, read(heading[2]));
  if (line.startsWith("-# ")) return lines.shift() && el("small.subtext", {}, read(line.slice(3)));
  if (/^> /.test(line)) return el("blockquote", {}, read(taken(lines, /^> ?/).join("\n")));
  if (line.startsWith(">>> ")) return el("blockquote", {}, read(lines.splice(0).join("\n").slice(4)));
  if (/^[-*] /.test(line))
    return el(
      "ul",
      {},
      taken(lines, /^[-*] /).map((item) => el("li", {}, read(item))),
    );
  if (/^\d+\. /.test(line))
    return el(
      "ol",
      {},
      taken(lines, /^\d+\. /).map((item) => el("li", {}, read(item))),
    );
  return lines.shift() === "" ? el("br") : el("div.line", {}, read(line));
}

function taken(lines, mark) {
  const found = [];
  while (lines.length && mark.test(lines[0])) found.push(lines.shift().replace(mark, ""));
  return found;
}

function code(lines) {
  const words = [];
  let line = lines.shift().slice(3);
  if (!/^\w*$/.test(line)) words.push(line);
  while (lines.length && !(line = lines.shift()).endsWith("```")) words.push(line);
  if (line.endsWith("```")) words.push(line.slice(0, -3));
  return el("pre", {}, words.join("\n").replaceAll("```", "").trimEnd());
}

function rules(context) {
  const style = (tag) => (match, read) => el(tag, {}, read(match[1]));
  const plain = (match) => document.createTextNode(match[1]);
  return [
    [/\\([!-/:-@[-`{-~])/y, plain],
    [/``([^]+?)``|`([^`]+)`/y, (match) => el("code", {}, match[1] ?? match[2])],
    [/<@!?(\d+)>/y, (match) => person(match[1], context)],
    [/<#(\d+)>/y, (match) => el("span.mention", {}, `#${context.channels(match[1]) ?? "unknown"}`)],
    [
      /<t:(\d+)(?::(\w))?>/y,
      (match) =>
        el(
          "time",
          { title: full(Number(match[1])) },
          match[2] === "R" ? ago(match[1]) : full(Number(match[1])),
        ),
    ],
    [/@(?:everyone|here)\b/y, (match) => el("span.everyone", {}, match[0])],
    [
      /\[((?:\\.|[^\]\\\n])+)\]\(<?((?:\\.|[^\s<>)\\])+)>?\)/y,
      (match, read) => link(match[2].replace(/\\(.)/g, "$1"), read(match[1])),
    ],
    [/<(https?:\/\/[^\s>]+)>/y, (match) => link(match[1], match[1])],
    [/https?:\/\/[^\s<>]+[^\s<>.,;:!?)\]'"]/y, (match) => link(match[0], match[0])],
    [/\*\*([^]+?)\*\*(?!\*)/y, style("strong")],
    [/__([^]+?)__(?!_)/y, style("u")],
    [/~~([^]+?)~~/y, style("s")],
    [/\|\|([^]+?)\|\|/y, (match, read) => spoiler(read(match[1]))],
    [/\*(?=\S)((?:\\.|[^*\\])+?)\*/y, style("em")],
    [/(?<!\w)_((?:\\.|[^_\\])+?)_(?!\w)/y, style("em")],
  ];
}

function person(id, context) {
  const name = context.people[id]?.name ?? "unknown-user";
  return el(`span.mention${id === context.me ? ".me" : ""}`, {}, `@${name}`);
}

function ago(seconds) {
  const left = Number(seconds) - Date.now() / 1000;
  const minutes = Math.round(left / 60);
  if (Math.abs(minutes) < 60) return new Intl.RelativeTimeFormat(undefined).format(minutes, "minute");
  return time(Number(seconds));
}
