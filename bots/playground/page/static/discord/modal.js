// A modal of Discord's as a form: https://docs.discord.com/developers/components/reference

import { el } from "../dom.js";
import { markdown } from "./markdown.js";

const ROW = 1,
  SELECT = 3,
  INPUT = 4,
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
  if (component.type === LABEL) return field(component.component, component.label, component.description);
  if (component.type === ROW) return field(component.components[0], component.components[0].label);
  return { node: el("div.text", {}, markdown(component.content, chat.context({}))) };
}

function field(input, label, hint) {
  return {
    name: input.custom_id,
    label,
    hint,
    required: input.required ?? true,
    kind: kind(input.type, input.max_values ?? 1),
    many: input.type === SELECT,
    long: input.style === LONG,
    value: input.value,
    placeholder: input.placeholder,
    strict: true,
    longest: input.max_length ?? 4000,
    shortest: input.min_length,
    most: input.max_values ?? 1,
    options: input.options?.map((one) => ({
      ...one,
      label: one.description ? `${one.label} (${one.description})` : one.label,
    })),
    chosen: (input.options ?? []).filter((one) => one.default).map((one) => one.value),
  };
}

function kind(type, most) {
  if (type === INPUT) return "words";
  if (type === UPLOAD) return "files";
  if (type === RADIO || (type === SELECT && most === 1)) return "choice";
  return type === BOXES || type === SELECT ? "choices" : String(type);
}
