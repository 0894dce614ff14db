// A modal of Discord's as a form: https://docs.discord.com/developers/components/reference

import { el } from "../dom.js";
import { markdown } from "./markdown.js";

const ROW = 1,
  SELECT = 3,
  INPUT = 4,
  USERS = 5,
  ROLES = 6,
  CHANNELS = 8,
  LABEL = 18,
  UPLOAD = 19,
  RADIO = 21,
  BOXES = 22;
const LONG = 2;

/** Return what the form shows for a modal, null for none. */
export function modalView(chat, modal) {
  if (!modal) return null;
  return {
    key: modal.id,
    title: modal.title,
    submit: "Submit",
    parts: modal.components.map((one) => part(one, chat)),
  };
}

function part(component, chat) {
  if (component.type === LABEL) return field(chat, component.component, component.label, component.description);
  if (component.type === ROW) return field(chat, component.components[0], component.components[0].label);
  return { node: el("div.text", {}, markdown(component.content, chat.context({}))) };
}

function field(chat, input, label, hint) {
  return {
    name: input.custom_id,
    label,
    hint,
    required: input.required ?? true,
    kind: kind(input.type, input.max_values ?? 1),
    many: input.type === SELECT || input.type === CHANNELS,
    long: input.style === LONG,
    value: input.value,
    placeholder: input.placeholder,
    strict: true,
    longest: input.max_length ?? 4000,
    shortest: input.min_length,
    most: input.max_values ?? 1,
    options: offered(input, chat),
    chosen: [
      ...(input.options ?? []).filter((one) => one.default).map((one) => one.value),
      ...(input.default_values ?? []).map((one) => one.id),
    ],
  };
}

/** What can be picked: what the bot names, or people or channels; there are no roles here. */
function offered(input, chat) {
  if (input.type === USERS) return chat.pickable.people;
  if (input.type === CHANNELS) return chat.pickable.channels;
  return input.options?.map((one) => ({
    ...one,
    label: one.description ? `${one.label} (${one.description})` : one.label,
  }));
}

function kind(type, most) {
  if (type === INPUT) return "words";
  if (type === UPLOAD) return "files";
  if (type === RADIO || ([SELECT, CHANNELS].includes(type) && most === 1)) return "choice";
  return [BOXES, SELECT, USERS, ROLES, CHANNELS].includes(type) ? "choices" : String(type);
}
