// A form in a dialog, for Slack's modals and Discord's.

import { el } from "./dom.js";
import { icon } from "./icons.js";

let forms = 0;

/**
 * One dialog. `onsubmit(values, files)` and `oncancel()` tell what the person did with it;
 * `onclosed()` is called when it has gone and the focus has no place to go back to.
 */
export class Form {
  #key = null;

  constructor({ look, onsubmit, oncancel, onclosed }) {
    this.look = look;
    this.id = `form-${++forms}`;
    this.onsubmit = onsubmit;
    this.oncancel = oncancel;
    this.onclosed = onclosed;
    this.node = el(`dialog.form.${look}`, {
      oncancel: (event) => {
        event.preventDefault();
        this.oncancel();
      },
    });
    document.body.append(this.node);
  }

  /** Show {key, title, submit, cancel, parts, errors, trouble}, or nothing for null. */
  show(view) {
    if (!view) {
      if (this.node.open) this.#close();
      return;
    }
    // A form that is changed while it is open keeps what was chosen, and the focus where it was.
    this.again = this.#key !== null && sameForm(view.key, this.#key);
    if (view.key !== this.#key) this.#build(view);
    for (const part of view.parts) if (part.name) this.#complain(part.name, view.errors?.[part.name] ?? "");
    this.trouble.textContent = view.trouble ?? "";
    if (!this.node.open) {
      this.before = document.activeElement;
      this.node.showModal();
    }
    const used = this.again && this.node.querySelector(`[data-action="${this.used}"]`);
    if (view.key !== this.#key)
      (used || this.node.querySelector(".field :is(input, textarea, select)"))?.focus();
    this.#key = view.key;
  }

  /** Close, and give the focus back, to the box to type in if its button is gone. */
  #close() {
    this.node.close();
    this.#key = null;
    if (this.before?.isConnected) this.before.focus();
    if (document.activeElement === document.body) this.onclosed();
  }

  #build(view) {
    const id = `${this.id}-title`;
    this.trouble = el("p.trouble", { role: "alert" });
    this.errors = new Map();
    this.onpick = view.onpick;
    this.inputs = view.parts.filter((part) => part.name);
    this.go = view.submit && el("button.button.primary", { type: "submit" }, view.submit);
    const close = el(
      "button.plain",
      { type: "button", "aria-label": "Close", onclick: () => this.oncancel() },
      icon("close"),
    );
    const form = el(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit(form);
        },
        novalidate: view.lenient,
      },
      el("header", {}, el("h2", { id }, view.title), close),
      el(
        "div.form-body",
        {},
        view.parts.map((part) => (part.name ? this.#field(part) : part.node)),
        this.trouble,
      ),
      el(
        "footer",
        {},
        el("button.button", { type: "button", onclick: () => this.oncancel() }, view.cancel ?? "Cancel"),
        this.go,
      ),
    );
    this.node.setAttribute("aria-labelledby", id);
    this.node.replaceChildren(form);
  }

  #field(part) {
    const id = `${this.id}-${part.name}`;
    const error = el("p.error", { id: `${id}-error`, role: "alert" });
    this.errors.set(part.name, error);
    const common = {
      id,
      name: part.name,
      required: part.required,
      "aria-describedby": `${id}-error ${id}-hint`,
    };
    return el(
      "div.field",
      {},
      el("label", { for: id }, part.label, part.required ? null : el("span.optional", {}, " (optional)")),
      part.hint && el("p.hint", { id: `${id}-hint` }, part.hint),
      this.#control(part, common),
      error,
    );
  }

  /** Return the input of a part: the same one for files, which no page may choose. */
  #control(part, common) {
    const files = this.again && part.kind === "files";
    const made = (files && this.node.querySelector(`#${CSS.escape(common.id)}`)) || control(part, common);
    if (part.action) {
      made.dataset.action = part.action;
      made.addEventListener("change", () => {
        this.used = part.action;
        this.onpick(part.action, made.value, this.#values(made.form)[0]);
      });
    }
    return made;
  }

  #complain(name, words) {
    const error = this.errors.get(name);
    if (error && error.textContent !== words) error.textContent = words;
  }

  #values(form) {
    const values = {};
    const files = {};
    for (const part of this.inputs) {
      const value = valueOf(form.elements[part.name], part);
      if (part.kind === "files") files[part.name] = value;
      else values[part.name] = value;
    }
    return [values, files];
  }

  async #submit(form) {
    const [values, files] = this.#values(form);
    this.go.disabled = true;
    this.node.classList.add("busy");
    await this.onsubmit(values, files);
    this.node.classList.remove("busy");
    this.go.disabled = false;
  }
}

/** Whether two keys are of one form, before and after a change. */
function sameForm(one, other) {
  return one.split("/")[0] === other.split("/")[0];
}

function control(part, common) {
  const options = part.options ?? [];
  switch (part.kind) {
    case "files":
      return el("input.files", { ...common, type: "file", multiple: part.most > 1, accept: part.accept });
    case "choice":
      return el(
        "select",
        common,
        part.required ? null : el("option", { value: "" }),
        options.map((one) =>
          el("option", { value: one.value, selected: part.chosen?.includes(one.value) }, one.label),
        ),
      );
    case "choices":
      return el(
        "fieldset.choices",
        { id: common.id },
        options.map((one) =>
          el(
            "label",
            {},
            el("input", {
              type: "checkbox",
              name: part.name,
              value: one.value,
              checked: part.chosen?.includes(one.value),
            }),
            ` ${one.label}`,
          ),
        ),
      );
    case "words":
      return words(part, common);
    default:
      return el("p.unknown", {}, `[${part.kind}]`);
  }
}

function words(part, common) {
  const limits = {
    maxlength: part.strict ? part.longest : null,
    minlength: part.strict ? part.shortest : null,
    placeholder: part.placeholder,
  };
  if (!part.long)
    return el("input", { ...common, ...limits, type: "text", value: part.value ?? "", autocomplete: "off" });
  return el("textarea", { ...common, ...limits, rows: 4 }, part.value ?? "");
}

function valueOf(element, part) {
  if (part.kind === "files") return [...element.files];
  if (part.kind !== "choices") return part.many && element.value ? [element.value] : (element?.value ?? "");
  const boxes = element instanceof RadioNodeList ? [...element] : [element].filter(Boolean); // or none
  return boxes.filter((box) => box.checked).map((box) => box.value);
}
