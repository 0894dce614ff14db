// Telling the server what the person does, and the person what the chat says to them alone.

/** Show a sentence for a while. */
export function toast(words) {
  const node = document.createElement("p");
  node.textContent = words;
  const toasts = document.getElementById("toasts");
  toasts.append(node);
  setTimeout(() => node.remove(), 7000);
}

/** Do something in a chat, with `args` as JSON; `files` are lists by field. True if the server took it. */
export async function act(path, args, files = {}) {
  const form = new FormData();
  form.append("args", JSON.stringify(args));
  for (const [field, list] of Object.entries(files)) for (const file of list) form.append(field, file);
  return send(path, form);
}

/** Post to the server, and say so if it can't be reached. */
export async function send(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    const { note } = await answer.json();
    if (note) toast(note);
    return true;
  } catch {
    toast("The playground does not answer. Is make demo still running?");
    return false;
  }
}
