// Telling the server what the person does, and the person what the chat says to them alone.

/** Show a sentence for a while. */
export function toast(words) {
  const node = document.createElement("p");
  node.textContent = words;
  const toasts = document.getElementById("toasts");
  toasts.append(node);
  setTimeout(() => node.remove(), 7000);
}

/** Do something in a chat, with `args` as JSON; `files` are lists by field. True if the chat took it. */
export async function act(path, args, files = {}) {
  const form = new FormData();
  form.append("args", JSON.stringify(args));
  for (const [field, list] of Object.entries(files)) for (const file of list) form.append(field, file);
  return send(path, form);
}

/** Post to the server; true unless the chat had something to tell instead, or nobody was there. */
export async function send(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    const { note } = await answer.json();
    if (note) toast(note);
    return !note;
  } catch {
    toast("The playground does not answer. Is make demo still running?");
    return false;
  }
}
