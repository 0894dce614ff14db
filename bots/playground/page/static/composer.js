// Where one types: Enter sends, suggestions for / and @, files by button, drop and paste.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { size } from "./media.js";

let lists = 0;

/** A box to type in; `send(text, files)` returns whether it was taken, `suggest(word)` options. */
export class Composer {
  #drafts = new Map();
  #key = "";
  #files = [];
  #options = [];
  #chosen = 0;
  #word = "";

  constructor({ send, suggest }) {
    this.send = send;
    this.suggest = suggest;
    this.listId = `suggestions-${++lists}`;
    this.list = el("ul.suggestions", {
      role: "listbox",
      id: this.listId,
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.box = el("textarea", {
      rows: 1,
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": this.listId,
      enterkeyhint: "send",
      autocomplete: "off",
      oninput: () => this.#typed(),
      onkeydown: (event) => this.#key_(event),
      onblur: () => this.#offer([]),
      onpaste: (event) => this.#paste(event),
    });
    this.picker = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      onchange: () => {
        this.add(this.picker.files);
        this.picker.value = "";
      },
    });
    this.chips = el("ul.chips", { "aria-label": "Files to send" });
    this.submit = el(
      "button.send",
      { type: "submit", "aria-label": "Send", title: "Send (Enter)" },
      icon("send"),
    );
    const attach = el(
      "button.attach",
      {
        type: "button",
        "aria-label": "Attach files",
        title: "Attach files",
        onclick: () => this.picker.click(),
      },
      icon("clip"),
    );
    this.node = el(
      "form.composer",
      {
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      this.list,
      this.chips,
      el("div.box", {}, attach, this.box, this.submit),
      this.picker,
    );
    this.#draw();
    // Hidden, it has no height; a narrower box may need more lines.
    new ResizeObserver(() => this.#grow()).observe(this.node);
  }

  /** Turn to a channel or a thread; what was typed there comes back. */
  turn(key, placeholder, open = true) {
    this.box.placeholder = placeholder;
    this.box.setAttribute("aria-label", placeholder);
    this.box.disabled = !open;
    if (key === this.#key) return;
    this.#drafts.set(this.#key, [this.box.value, this.#files]);
    [this.box.value, this.#files] = this.#drafts.get(key) ?? ["", []];
    this.#key = key;
    this.#draw();
  }

  /** Add files to what will be sent. */
  add(files) {
    this.#files = [...this.#files, ...files];
    this.#draw();
    this.box.focus();
  }

  focus() {
    this.box.focus();
  }

  async #submit() {
    const text = this.box.value.trim();
    const files = this.#files;
    if (!text && !files.length) return;
    [this.box.value, this.#files] = ["", []];
    this.#offer([]);
    this.#draw();
    const key = this.#key;
    if (!(await this.send(text, files))) this.#restore(key, text, files);
  }

  /** Give back what was not taken, files too, where it was typed. */
  #restore(key, text, files) {
    if (key !== this.#key) {
      if (!this.#drafts.get(key)?.[0]) this.#drafts.set(key, [text, files]);
      return;
    }
    this.box.value ||= text;
    this.#files = [...files, ...this.#files];
    this.#draw();
  }

  #grow() {
    if (!this.box.clientWidth) return;
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  #typed() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const word = /(?:^\/[\w]*|(?<!\S)@\w*)$/.exec(before)?.[0];
    this.#word = word?.toLowerCase();
    this.#offer(
      word ? this.suggest(word).filter((one) => one.value.toLowerCase().startsWith(this.#word)) : [],
    );
    this.#draw();
  }

  #offer(options) {
    this.#options = options;
    this.#chosen = 0;
    this.list.hidden = !options.length;
    this.#drawOptions();
  }

  #drawOptions() {
    this.list.replaceChildren(
      ...this.#options.map((one, n) =>
        el(
          "li",
          {
            role: "option",
            id: `${this.listId}-${n}`,
            "aria-selected": String(n === this.#chosen),
            onpointerdown: (event) => {
              event.preventDefault();
              this.#pick(n);
            },
          },
          el("strong", {}, one.value),
          el("span", {}, one.description),
        ),
      ),
    );
    if (this.#options.length)
      this.box.setAttribute("aria-activedescendant", `${this.listId}-${this.#chosen}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  #pick(n) {
    const at = this.box.selectionStart;
    const before = this.box.value.slice(0, at).replace(/\S*$/, `${this.#options[n].value} `);
    this.box.value = before + this.box.value.slice(at);
    this.box.setSelectionRange(before.length, before.length);
    this.#offer([]);
    this.#draw();
  }

  #key_(event) {
    if (event.isComposing) return;
    const offered = this.#options.length;
    const typed = offered && this.#word === this.#options[this.#chosen].value.toLowerCase();
    if (offered && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.#chosen = (this.#chosen + (event.key === "ArrowDown" ? 1 : offered - 1)) % offered;
      this.#drawOptions();
    } else if (offered && !typed && (event.key === "Enter" || event.key === "Tab")) this.#pick(this.#chosen);
    else if (offered && event.key === "Escape") this.#offer([]);
    else if (event.key === "Enter" && !event.shiftKey) this.#submit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #paste(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.add(event.clipboardData.files);
  }

  #draw() {
    this.#grow();
    this.node.classList.toggle("filled", Boolean(this.box.value.trim() || this.#files.length));
    this.chips.replaceChildren(
      ...this.#files.map((file) =>
        el(
          "li",
          {},
          icon("file"),
          el("span", {}, file.name),
          el("small", {}, size(file.size)),
          el(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${file.name}`,
              onclick: () => {
                this.#files = this.#files.filter((one) => one !== file);
                this.#draw();
              },
            },
            icon("close"),
          ),
        ),
      ),
    );
  }
}

/** Let files be dropped on a part of the page. */
export function droppable(node, take) {
  let depth = 0;
  const over = (by) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    depth = Math.max(0, depth + by);
    node.classList.toggle("dropping", depth > 0);
  };
  node.addEventListener("dragenter", over(1));
  node.addEventListener("dragleave", over(-1));
  node.addEventListener("dragover", over(0));
  node.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    depth = 0;
    node.classList.remove("dropping");
    take(event.dataTransfer.files);
  });
}
