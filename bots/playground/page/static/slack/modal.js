// A modal of Slack's as a form: https://docs.slack.dev/surfaces/modals/

import { el } from "../dom.js";
import { blocks } from "./blocks.js";
import { plain } from "./mrkdwn.js";

const CHOICE = ["static_select", "users_select", "conversations_select", "radio_buttons"];
const CHOICES = ["checkboxes", "multi_static_select", "multi_users_select", "multi_conversations_select"];

/** Return what the form shows for a view, null for none. */
export function modalView(chat, view) {
  if (!view) return null;
  const { content } = view;
  return {
    key: `${view.id}/${view.hash}`,
    title: content.title.text,
    submit: content.submit?.text,
    cancel: content.close?.text,
    parts: content.blocks.map((block) => part(block, chat, view.filled)),
    onpick: (action, value, values) => chat.do("press", { action, value, values }),
    errors: view.errors,
    trouble: view.trouble,
    lenient: true, // Slack itself says what is missing
  };
}

function part(block, chat, filled = {}) {
  if (block.type !== "input") return { node: el("div.text", {}, blocks([block], chat.context({}))) };
  const { element } = block;
  const options = offered(element, chat);
  const initial = [
    ...[element.initial_option, ...(element.initial_options ?? [])].map((one) => one?.value),
    ...[element.initial_conversation, ...(element.initial_conversations ?? [])],
    ...[element.initial_user, ...(element.initial_users ?? [])],
  ].filter(Boolean);
  const stands = filled[block.block_id];
  return {
    name: block.block_id,
    label: plain(block.label.text),
    hint: block.hint && plain(block.hint.text),
    required: !block.optional,
    kind: kind(element.type),
    long: element.multiline,
    value: stands ?? element.initial_value,
    placeholder: element.placeholder?.text,
    longest: element.max_length,
    most: element.max_files ?? 10,
    accept: element.filetypes?.map((ending) => `.${ending}`).join(","),
    options,
    chosen: stands === undefined ? initial : [stands].flat(),
    action: block.dispatch_action ? element.action_id : null,
  };
}

/** What can be picked: what the app names, or people, or channels. */
function offered(element, chat) {
  if (element.type.endsWith("users_select")) return chat.pickable.people;
  if (element.type.endsWith("conversations_select")) return chat.pickable.channels;
  return (element.options ?? []).map((option) => ({ value: option.value, label: option.text.text }));
}

function kind(type) {
  if (type === "file_input") return "files";
  if (CHOICE.includes(type)) return "choice";
  return CHOICES.includes(type) ? "choices" : "words";
}
