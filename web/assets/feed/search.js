// Search and topics: both narrow the list in its own place. Beside the clip the field stands at the side; where
// there is no room an icon opens one over the list.

import {$, $$, element} from '../dom.js';
import {onLanguage, plural, t} from '../language.js';

const SAY_MS = 700; // a screen reader is told the number once someone stops typing

export class Search {
  // on: {change() when the words or the topic are others, first() for Enter, open() and close() of the field
  // over the list}.
  constructor(catalogue, on) {
    Object.assign(this, {catalogue, on, words: '', topic: null});
    this.narrow = $('#find');
    for (const input of $$('[data-search]')) {
      input.addEventListener('input', () => this.set({words: input.value.trim()}, input));
      input.addEventListener('keydown', event => this.key(event));
    }
    for (const button of $$('[data-find]')) button.addEventListener('click', () => this.open(button));
    $('[data-find-close]').addEventListener('click', () => this.close());
    onLanguage(() => this.showTopics());
  }

  get active() {
    return this.topic !== null || this.words !== '';
  }

  // Of the rows that are listed and then of the whole catalogue, what fits.
  rows(listed) {
    const fitting = this.catalogue
      .matching(this.words)
      .filter(video => !this.topic || this.catalogue.topic(video.video_id) === this.topic);
    const ids = new Set(fitting.map(video => video.video_id));
    const first = listed.filter(row => ids.has(row.video_id));
    const taken = new Set(first.map(row => row.video_id));
    return [...first, ...fitting.filter(video => !taken.has(video.video_id))];
  }

  set(change, from = null) {
    Object.assign(this, change);
    for (const input of $$('[data-search]')) if (input !== from) input.value = this.words;
    for (const chip of $$('[data-topic]'))
      chip.setAttribute('aria-pressed', String(chip.dataset.topic === this.topic));
    this.on.change();
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.say(), SAY_MS);
  }

  clear() {
    this.set({words: '', topic: null});
  }

  title(count) {
    if (this.words) return t(`Знайдено: ${count}`, `Found: ${count}`);
    return this.topic ? this.catalogue.topicName(this.topic) : t('Для вас', 'For you');
  }

  say() {
    if (!this.words) return;
    const count = this.rows([]).length;
    $('#said').textContent = t(
      `Знайдено ${count} ${plural(count, 'кліп', 'кліпи', 'кліпів')}`,
      `${count} ${count === 1 ? 'clip' : 'clips'} found`,
    );
  }

  key(event) {
    if (event.code === 'Enter') this.on.first();
    if (event.code === 'ArrowDown') $('#list .entry button')?.focus();
    if (event.code === 'Escape' && this.narrow.hidden && this.words) this.clear();
    else if (!['Enter', 'ArrowDown'].includes(event.code)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // By the key: the field at the side if it shows, else the one over the list.
  focus() {
    if ($('#search').offsetParent) $('#search').focus();
    else this.open(document.activeElement);
  }

  open(opener) {
    this.opener = opener;
    this.narrow.hidden = false;
    $('#rail').classList.add('finding');
    for (const button of $$('[data-find]')) button.setAttribute('aria-expanded', 'true');
    this.on.open();
    $('[data-search]', this.narrow).focus({preventScroll: true});
  }

  // False if it was not open.
  close() {
    if (this.narrow.hidden) return false;
    this.narrow.hidden = true;
    $('#rail').classList.remove('finding');
    for (const button of $$('[data-find]')) button.setAttribute('aria-expanded', 'false');
    if (this.words) this.set({words: ''});
    this.on.close();
    this.opener?.focus({preventScroll: true});
    return true;
  }

  showTopics() {
    for (const box of $$('[data-topics]'))
      box.replaceChildren(...this.catalogue.topicsByName().map(topic => this.chip(topic)));
  }

  chip(topic) {
    return element(
      'button',
      {
        class: 'chip',
        dataset: {topic},
        'aria-pressed': String(this.topic === topic),
        onclick: () => this.set({topic: this.topic === topic ? null : topic}),
      },
      this.catalogue.topicName(topic),
    );
  }
}
