// Brings what stands on the page up to date in place, so that what somebody points at, has focused or opened stays
// the same node: a list made anew under the pointer would swallow the click.

// What a node is for: nodes of another key are never made into each other, since their listeners differ.
const keyOf = node =>
  node.nodeType === Node.ELEMENT_NODE
    ? [node.localName, node.dataset.id, node.dataset.act, node.dataset.reason].join(' ')
    : String(node.nodeType);

// `open` is the reader's own.
function patchAttributes(old, fresh) {
  for (const {name} of [...old.attributes])
    if (name !== 'open' && name !== 'style' && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const {name, value} of fresh.attributes)
    if (name !== 'open' && name !== 'style' && old.getAttribute(name) !== value) old.setAttribute(name, value);
  // By the property, for the page's policy takes no style from an attribute.
  if (old.style.cssText !== fresh.style.cssText) old.style.cssText = fresh.style.cssText;
}

function patch(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  patchAttributes(old, fresh);
  const keys = [...old.childNodes].map(keyOf);
  const wanted = [...fresh.childNodes];
  if (keys.join('|') === wanted.map(keyOf).join('|'))
    wanted.forEach((node, index) => patch(old.childNodes[index], node));
  else patchList(old, wanted);
}

// The children become `fresh` in this order; those of the same key and turn stay and are brought up to date.
export function patchList(root, fresh) {
  const standing = new Map();
  for (const node of root.childNodes) {
    const key = keyOf(node);
    standing.set(key, [...(standing.get(key) ?? []), node]);
  }
  const nodes = fresh.map(node => {
    const old = standing.get(keyOf(node))?.shift();
    if (old) patch(old, node);
    return old ?? node;
  });
  for (const node of [...standing.values()].flat()) node.remove();
  nodes.forEach((node, index) => {
    if (root.childNodes[index] !== node) root.insertBefore(node, root.childNodes[index] ?? null);
  });
}
