// The panel "What is really going on": the bots, Neocu's books, the switches, every call.

import { el, keep } from "./dom.js";
import { icon } from "./icons.js";
import { send } from "./talk.js";
import { exact } from "./times.js";

const FULL = 1000; // credits that the sandbox begins with
const CENTS = 100;
const NAMES = { slack: "Slack", discord: "Discord", neocu: "Neocu" };

export class Backstage {
  constructor(root, store, close) {
    this.root = root;
    this.store = store;
    this.bots = el("div.bots");
    this.compute = el("div.compute");
    this.requests = el("ul.tasks", { tabindex: "0", "aria-label": "Requests, newest first" });
    this.tasks = el("ul.tasks", { tabindex: "0", "aria-label": "Tasks, newest first" });
    this.switches = el("div.switches");
    this.calls = el("ol.calls", { tabindex: "0", "aria-label": "Calls, newest first" });
    root.append(
      el(
        "header",
        {},
        el("h2", {}, "What is really going on"),
        el("button.plain", { "aria-label": "Close panel", onclick: close }, icon("close")),
      ),
      part("The bots", this.bots, this.compute),
      part("Requests, as the ledger has them", this.requests),
      part("Let something go wrong", this.switches, this.#faults(), this.#endings()),
      part("Calls of the bots", this.calls),
      part("Neocu's tasks (samples, made on this machine)", this.tasks),
    );
    store.addEventListener("change", () => this.draw());
  }

  draw() {
    if (this.root.hidden || !this.store.get("backstage/bots")) return;
    this.#drawBots(this.store.get("backstage/bots"));
    this.#drawCompute(this.store.get("backstage/balance").compute);
    this.#drawSwitches(this.store.get("backstage/switches"));
    const requests = this.store.all("backstage/request/").sort((one, other) => other.at - one.at);
    keep(this.requests, requests.length ? requests.map(requestRow) : [NO_REQUEST]);
    const tasks = this.store.all("backstage/task/").reverse();
    keep(this.tasks, tasks.length ? tasks.map(taskRow) : [NO_TASK]);
    const lines = [...this.store.all("backstage/call/"), ...this.store.all("backstage/note/")].sort(
      (one, other) => other.at - one.at,
    );
    keep(
      this.calls,
      lines.map((line) => ({
        key: `${line.at} ${line.service ?? ""}`,
        deps: [line],
        make: () =>
          line.words ? el("li.note", {}, el("time", {}, exact(line.at)), line.words) : drawCall(line),
      })),
    );
  }

  #drawBots({ state, counts, waits_for }) {
    const waiting = state === "starting" && waits_for.length ? ` until ${waits_for.join(" and ")} is back` : "";
    const chips = Object.entries(counts)
      .filter(([, n]) => n)
      .map(([name, n]) => el("li", {}, el("b", {}, n), ` ${name}`));
    keep(this.bots, [
      {
        key: "bots",
        deps: [state, waiting, JSON.stringify(counts)],
        make: () =>
          el(
            "div",
            {},
            el(
              `p.pill.${state}`,
              { role: "status" },
              { running: "running", stopped: "not running" }[state] ?? `${state}${waiting} …`,
            ),
            chips.length
              ? el("ul.counts", { "aria-label": "Requests by state" }, chips)
              : null,
          ),
      },
    ]);
  }

  #drawCompute(credits) {
    keep(this.compute, [
      {
        key: "compute",
        deps: [credits],
        make: () =>
          el(
            "div",
            {},
            el("meter", {
              min: 0,
              max: FULL,
              low: FULL / 5,
              optimum: FULL,
              value: credits,
              "aria-label": "Compute left",
            }),
            el(
              "p",
              {},
              el("b", {}, credits.toLocaleString()),
              ` credits left ($${(credits / CENTS).toFixed(2)})`,
            ),
          ),
      },
    ]);
  }

  #drawSwitches(list) {
    const groups = Map.groupBy(list, (one) => one.group);
    keep(
      this.switches,
      [...groups].map(([group, members]) => ({
        key: group,
        deps: [members],
        make: () =>
          el(
            "fieldset",
            {},
            el("legend", {}, group),
            el(
              "div",
              {},
              members.map((one) =>
                el(
                  "button.switch",
                  {
                    "aria-pressed": one.on === null ? null : String(one.on),
                    "data-focus": one.id,
                    onclick: () => send(`/switch/${one.id}`),
                  },
                  one.label,
                ),
              ),
            ),
          ),
      })),
    );
  }

  #faults() {
    const menu = this.#menu("backstage/faults");
    const always = el("input", { type: "checkbox" });
    return el(
      "form.fault",
      {
        onsubmit: (event) => {
          event.preventDefault();
          send(`/break/${menu.value}${always.checked ? "?always" : ""}`);
        },
      },
      el("label", {}, "Neocu answers the next request with", menu),
      el("button.switch", {}, "Set"),
      el("label.always", {}, always, " from now on"),
    );
  }

  #endings() {
    const menu = this.#menu("backstage/endings");
    return el(
      "form.fault",
      {
        onsubmit: (event) => {
          event.preventDefault();
          send(`/end/${encodeURIComponent(menu.value)}`);
        },
      },
      el("label", {}, "Neocu's next task", menu),
      el("button.switch", {}, "Set"),
    );
  }

  /** Return a menu of what the server offers under a name. */
  #menu(name) {
    const menu = el("select");
    this.store.addEventListener("change", () => {
      if (menu.options.length) return;
      menu.append(...(this.store.get(name) ?? []).map(([value, label]) => el("option", { value }, label)));
    });
    return menu;
  }
}

function part(title, ...content) {
  return el("details", { open: true }, el("summary", {}, title), content);
}

const NO_TASK = {
  key: "none",
  deps: [],
  make: () => el("li.none", {}, "None yet: type /neocu a lighthouse at dusk"),
};

const NO_REQUEST = { ...NO_TASK, make: () => el("li.none", {}, "No request yet") };

const requestRow = (request) => ({
  key: request.key,
  deps: [request],
  make: () =>
    el(
      "li",
      {},
      el(`span.pill.${/^\w+$/.test(request.state) ? request.state : "other"}`, {}, request.state),
      el("span.query", { title: request.text }, request.text || "(no words)"),
      el("small", { title: request.key }, request.task ? `task ${request.task}` : request.key),
    ),
});

const taskRow = (task) => ({ key: task.id, deps: [task], make: () => drawTask(task) });

function drawTask(task) {
  const files = task.files ? ` · ${task.files} ${task.files === 1 ? "file" : "files"}` : "";
  return el(
    "li",
    {},
    el(`span.pill.${/^\w+$/.test(task.status) ? task.status : "other"}`, {}, task.status),
    el("span.query", { title: task.query }, task.query),
    el("small", {}, task.id, files),
  );
}

function drawCall(call) {
  const bad = call.status === 0 || call.status >= 400;
  const answer = call.status || "no answer";
  return el(
    `li.call.${call.service}${bad ? ".bad" : ""}`,
    { title: `${call.method} ${call.path}` },
    el("time", {}, exact(call.at)),
    el("span.service", {}, NAMES[call.service]),
    el("span.path", {}, `${call.method} ${short(call.path)}`),
    el("span.answer", {}, String(answer)),
    el("span.took", {}, `${Math.round(call.seconds * 1000)} ms`),
  );
}

/** Return a path without what is the same in all of them, and long IDs shortened. */
function short(path) {
  return path.replace(/^\/api\/(v10\/)?/, "").replace(/[\w-]{17,}/g, (id) => `${id.slice(0, 4)}…`);
}
