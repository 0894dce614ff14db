// What the server has told: things by name. A thing that has changed is a new object.

/** The things that the person sees, live. "change" is fired when some are new or gone. */
export class Store extends EventTarget {
  #things = new Map();
  #source = null;
  #homes = {};

  /** Look at another workspace, or server, of a platform. */
  look(platform, home) {
    this.#homes[platform] = home;
    this.follow(this.person);
  }

  /** See everything through the eyes of `person`. */
  follow(person) {
    this.#source?.close();
    this.person = person;
    this.#source = new EventSource(`/live?${new URLSearchParams({ person, ...this.#homes })}`);
    let first = true;
    this.#source.onopen = () => {
      first = true;
    };
    this.#source.onmessage = (event) => {
      if (first) this.#things.clear();
      first = false;
      this.#apply(JSON.parse(event.data));
    };
    this.#source.onerror = () => this.dispatchEvent(new Event("lost"));
    this.dispatchEvent(new Event("change")); // what is typed from now on is this person's
  }

  get(name) {
    return this.#things.get(name);
  }

  /** Return the things whose names begin so, in the order of their IDs or times. */
  all(prefix) {
    const found = [];
    for (const [name, thing] of this.#things) if (name.startsWith(prefix)) found.push(thing);
    return found.sort(inOrder);
  }

  #apply({ now, gone }) {
    for (const [name, thing] of Object.entries(now)) this.#things.set(name, thing);
    for (const name of gone) this.#things.delete(name);
    this.dispatchEvent(new Event("change"));
  }
}

function inOrder(one, other) {
  if (one.at !== undefined && other.at !== undefined) return one.at - other.at;
  return one.id.length - other.id.length || (one.id < other.id ? -1 : 1);
}
