// Light, dark, or as the system says (the empty value). Loaded before the first paint.

const KEY = 'potik.theme';
const root = document.documentElement;

export function setTheme(value) {
  localStorage.setItem(KEY, value);
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
  show(localStorage.getItem(KEY) ?? '');
}
