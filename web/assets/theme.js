// Light, dark, or as the system says (the empty value). Loaded before the first paint.

import {keep, kept} from './kept.js';

const KEY = 'potik.theme';
const root = document.documentElement;

export function setTheme(value) {
  keep(KEY, value);
  show(value);
}

function show(value) {
  if (value) root.dataset.theme = value;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === value));
  }
}

export function bindThemeButtons() {
  for (const button of document.querySelectorAll('[data-theme-choice]')) {
    button.addEventListener('click', () => setTheme(button.dataset.themeChoice));
  }
  show(kept(KEY) ?? '');
}
