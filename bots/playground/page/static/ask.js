// A question with two answers, over everything.

import { el } from "./dom.js";
import { Form } from "./form.js";

/** Ask {title, words, yes, no} in a chat's look; return whether the answer was yes. */
export function ask(look, { title, words, yes, no }) {
  return new Promise((resolve) => {
    const end = (answer) => () => {
      form.show(null);
      form.node.remove();
      resolve(answer);
    };
    const form = new Form({ look, onsubmit: end(true), oncancel: end(false), onclosed: () => {} });
    const parts = [{ node: el("p", {}, words) }];
    form.show({ key: "question", title, submit: yes, cancel: no, parts });
  });
}
