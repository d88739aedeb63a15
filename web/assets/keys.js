// Keys by their place on the keyboard, so that they work in a Ukrainian layout too. Single letters can be
// turned off in the help dialog (WCAG 2.1.4); the choice is kept.

import {$, element, takesKeys} from './dom.js';
import {keep, kept} from './kept.js';

const KEY = 'potik.letters';
const MAY_REPEAT = /^(Key[JK]|Arrow.*)$/; // going on; whatever else is held down acts once

export function bindKeys(acts, always) {
  const box = $('#letters-on');
  if (box) {
    box.checked = kept(KEY) !== 'off';
    box.addEventListener('change', () => keep(KEY, box.checked ? 'on' : 'off'));
  }
  document.addEventListener('keydown', event => {
    // Escape closes one thing at a time: a dialog, which the browser does, and what lies beneath it next time.
    if (always[event.code] && event.repeat) return undefined;
    if (always[event.code] && !$('dialog[open]')) return void always[event.code](event);
    const act = acts[event.code];
    if (!act || !takesKeys(event)) return undefined;
    if (event.code.startsWith('Key') && box && !box.checked) return undefined;
    if (event.code === 'Space' && event.target.closest('button,summary,a')) return undefined;
    if (event.code.startsWith('Arrow') && event.target.closest('.list,.drawer,.scroll')) return undefined;
    event.preventDefault();
    if (event.repeat && !MAY_REPEAT.test(event.code)) return undefined;
    return void act(event);
  });
}

// rows: [keys, meaning]; keys are parted by a space.
export function showKeys(root, rows) {
  root.replaceChildren(
    ...rows.flatMap(([keys, meaning]) => [
      element('span', {}, ...keys.split(' ').flatMap(key => [element('kbd', {}, key), ' '])),
      element('span', {}, meaning),
    ]),
  );
}
