// The word mark; the dot of its letter is the live light and falls when an act has been counted.

import {$$, element} from './dom.js';
import {t} from './language.js';

export function showMarks() {
  for (const mark of $$('[data-mark]')) {
    mark.replaceChildren(t('пот', 'pot'), element('b'), t('к', 'k'));
    mark.parentElement.setAttribute('aria-label', t('потік', 'potik'));
  }
}

export function dropMark() {
  for (const mark of $$('.mark')) {
    mark.classList.remove('fell');
    void mark.offsetWidth; // restarts the animation
    mark.classList.add('fell');
  }
}
