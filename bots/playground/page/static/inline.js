// Reading marked-up text: rules are tried at each place, what none takes is plain text.

/** Return nodes for `text`; a rule is [sticky pattern, (match, read) → node]. */
export function inline(text, rules) {
  const nodes = [];
  let plain = "";
  const read = (inner) => inline(inner, rules);
  for (let at = 0; at < text.length;) {
    const hit = first(text, at, rules);
    if (!hit) {
      plain += text[at++];
      continue;
    }
    if (plain) nodes.push(document.createTextNode(plain));
    plain = "";
    nodes.push(hit.make(hit.match, read));
    at += hit.match[0].length;
  }
  if (plain) nodes.push(document.createTextNode(plain));
  return nodes;
}

function first(text, at, rules) {
  for (const [pattern, make] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match?.[0]) return { match, make };
  }
  return null;
}
