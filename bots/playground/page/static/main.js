// The page: two tabs, who one is, light or dark, and the panel.

import { Backstage } from "./backstage.js";
import { DiscordChat } from "./discord/tab.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { SlackChat } from "./slack/tab.js";
import { Store } from "./store.js";
import { toast } from "./talk.js";

const WIDE = 1100; // pixels from which the panel is open to begin with
const byId = (id) => document.getElementById(id);

const store = new Store();
const chats = {
  slack: new SlackChat(byId("slack"), store),
  discord: new DiscordChat(byId("discord"), store),
};
const panel = byId("backstage");
const backstage = new Backstage(panel, store, () => showPanel(false));

function showTab(name) {
  for (const other of Object.keys(chats)) {
    byId(other).hidden = other !== name;
    byId(`tab-${other}`).setAttribute("aria-selected", String(other === name));
    byId(`tab-${other}`).tabIndex = other === name ? 0 : -1;
  }
  document.documentElement.dataset.tab = name;
  document.title = `${byId(`tab-${name}`).textContent} · Neocu playground`;
}

for (const name of Object.keys(chats)) {
  const tab = byId(`tab-${name}`);
  tab.addEventListener("click", () => {
    showTab(name);
    chats[name].pane.composer.focus();
  });
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "slack" ? "discord" : "slack";
    showTab(other);
    byId(`tab-${other}`).focus();
  });
}

const narrow = matchMedia("(max-width: 1000px)"); // then the panel lies over the chat

function showPanel(open) {
  const was = !panel.hidden;
  panel.hidden = !open;
  byId("shade").hidden = !open;
  byId("behind").setAttribute("aria-expanded", String(open));
  backstage.draw();
  if (open && narrow.matches) panel.querySelector("button").focus();
  if (!open && was) byId("behind").focus();
}

byId("behind").append(icon("gauge"), el("span", {}, "What is really going on"));
byId("behind").addEventListener("click", () => showPanel(panel.hidden));
byId("shade").addEventListener("click", () => showPanel(false));
narrow.addEventListener("change", () => showPanel(!narrow.matches));
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && narrow.matches) showPanel(false);
});

const dark = matchMedia("(prefers-color-scheme: dark)");
function showTheme(theme) {
  document.documentElement.style.colorScheme = theme;
  byId("theme").replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
  byId("theme").title = theme === "dark" ? "Light" : "Dark";
  byId("theme").dataset.now = theme;
}
byId("theme").addEventListener("click", () =>
  showTheme(byId("theme").dataset.now === "dark" ? "light" : "dark"),
);
dark.addEventListener("change", () => showTheme(dark.matches ? "dark" : "light"));

function showPeople() {
  if (byId("people").querySelector("label")) return;
  for (const name of store.get("people") ?? []) {
    const choice = el("input", {
      type: "radio",
      name: "person",
      value: name,
      checked: name === store.person,
      onchange: () => store.follow(name),
    });
    byId("people").append(el("label", {}, choice, el("span", {}, name)));
  }
}
store.addEventListener("change", showPeople);

let lost = false;
store.addEventListener("lost", () => {
  if (!lost) toast("The playground is gone. Is make demo still running?");
  lost = true;
});
store.addEventListener("change", () => {
  lost = false;
});

showTheme(dark.matches ? "dark" : "light");
showTab("slack");
showPanel(innerWidth >= WIDE);
store.follow("ada");
chats.slack.pane.composer.focus();
