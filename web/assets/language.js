// The two languages of the pages. Ukrainian text stands in the HTML and first in t(); English in data-en.

import {keep, kept} from './kept.js';

const KEY = 'potik.language';
const listeners = [];
let current = stored() ?? fromBrowser();

function stored() {
  const value = kept(KEY);
  return value === 'uk' || value === 'en' ? value : null;
}

// The first language of the browser that the pages speak; Ukrainian if there is none.
function fromBrowser() {
  const known = (navigator.languages ?? []).map(tag => tag.slice(0, 2).toLowerCase());
  return known.find(tag => tag === 'uk' || tag === 'en') ?? 'uk';
}

export const language = () => current;
export const t = (uk, en) => (current === 'uk' ? uk : en);
export const onLanguage = listener => listeners.push(listener);

export function number(value, digits = 0) {
  const text = Math.abs(value).toFixed(digits);
  const sign = value < 0 && Number(text) ? '−' : '';
  const [whole, part] = text.split('.');
  const grouped = sign + whole.replace(/\B(?=(\d{3})+$)/g, t('\u202f', ','));
  return part ? grouped + t(',', '.') + part : grouped;
}

// Ukrainian forms of a counted noun: 1 дія, 2 дії, 5 дій.
export function plural(count, one, few, many) {
  const tens = count % 100;
  const units = count % 10;
  if (units === 1 && tens !== 11) return one;
  return units >= 2 && units <= 4 && (tens < 12 || tens > 14) ? few : many;
}

export function span(seconds) {
  if (seconds < 60) return `${number(seconds, seconds < 10 ? 1 : 0)} ${t('с', 's')}`;
  if (seconds < 3600) return `${number(seconds / 60)} ${t('хв', 'min')}`;
  if (seconds < 86400) return `${number(seconds / 3600)} ${t('год', 'h')}`;
  return `${number(seconds / 86400)} ${t('д', 'd')}`;
}

export const clock = date => new Date(date).toLocaleTimeString(t('uk-UA', 'en-GB'));

export function setLanguage(value) {
  current = value;
  keep(KEY, value);
  applyLanguage();
}

export function applyLanguage(root = document) {
  document.documentElement.lang = current;
  swap(
    root,
    'en',
    'uk',
    node => node.textContent,
    (node, text) => {
      node.textContent = text;
    },
  );
  swap(
    root,
    'enLabel',
    'ukLabel',
    node => node.getAttribute('aria-label'),
    (node, text) => node.setAttribute('aria-label', text),
  );
  swap(
    root,
    'enHint',
    'ukHint',
    node => node.placeholder,
    (node, text) => {
      node.placeholder = text;
    },
  );
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === current));
  }
  for (const listener of listeners) listener();
}

// Remembers the Ukrainian original of each marked node, then writes the one wanted.
function swap(root, english, ukrainian, read, write) {
  const attribute = english.replace(/[A-Z]/g, letter => '-' + letter.toLowerCase());
  for (const node of root.querySelectorAll(`[data-${attribute}]`)) {
    node.dataset[ukrainian] ??= read(node);
    write(node, current === 'uk' ? node.dataset[ukrainian] : node.dataset[english]);
  }
}

export function bindLanguageButtons() {
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => setLanguage(button.dataset.language));
  }
}
