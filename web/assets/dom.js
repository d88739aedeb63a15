// Building the page from text: titles and comments only ever become text nodes.

const SVG = 'http://www.w3.org/2000/svg';

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

// element('p', {class: 'why', dataset: {id: 7}, onclick: f}, 'text', child, ...)
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'dataset') Object.assign(node.dataset, value);
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

// A key must not act while someone writes, or with a modifier the browser may want.
export function takesKeys(event) {
  return !(
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    /INPUT|TEXTAREA|SELECT/.test(event.target.tagName) ||
    $('dialog[open]')
  );
}

let toastTimer;
// One line at the foot of the page; `undo` adds a button.
export function toast(text, undo) {
  const node = $('#toast');
  const label = undo?.label;
  node.replaceChildren(element('span', {}, text));
  if (label) {
    node.append(
      element(
        'button',
        {
          class: 'btn tiny',
          onclick: () => {
            node.hidden = true;
            undo.act();
          },
        },
        label,
      ),
    );
  }
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    node.hidden = true;
  }, 5000);
}
