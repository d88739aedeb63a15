// The list beside the clip. Rows keep their nodes and travel to new places (FLIP); a row that rose because of
// what the viewer did is yellow. Nothing moves under the pointer, and at most once a second.

import {$, $$, calm, element, icon} from '../dom.js';
import {t} from '../language.js';

const REORDER_MS = 1000;
const MOVE = {duration: 420, easing: 'cubic-bezier(.2,.7,.2,1)'};

export class Rail {
  // words: {title(id), reason(row), icon(row)}; choose(row).
  constructor(list, peek, words, choose) {
    this.root = list;
    this.peek = peek;
    this.words = words;
    this.choose = choose;
    this.rows = [];
    this.moves = new Map();
    this.nodes = new Map();
    this.pending = null;
    this.last = 0;
    this.timer = 0;
    this.pointed = false;
    // Not :hover, which on touch screens stays with what was tapped.
    list.addEventListener('pointerenter', event => {
      this.pointed = event.pointerType === 'mouse';
    });
    list.addEventListener('pointerleave', () => {
      this.pointed = false;
      this.settle();
    });
    list.addEventListener('focusout', () => setTimeout(() => this.settle()));
  }

  // rows: [{video_id, poster, ...}] in order. `live` rows wait for the pointer and for their second; others
  // (a topic was chosen, the language changed) show at once.
  offer(rows, live) {
    this.pending = {rows, live};
    this.settle();
  }

  busy() {
    return this.pointed || this.root.contains(document.activeElement?.closest('.entry'));
  }

  settle() {
    if (!this.pending) return;
    const wait = this.pending.live ? this.last + REORDER_MS - performance.now() : 0;
    if (wait > 0) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.settle(), wait);
      return;
    }
    if (this.pending.live && this.rows.length && this.busy()) return;
    const {rows, live} = this.pending;
    this.pending = null;
    this.draw(rows, live);
  }

  draw(rows, live) {
    const before = this.tops();
    const places = new Map(this.rows.map((row, index) => [row.video_id, index]));
    const changed = rows.some((row, index) => places.get(row.video_id) !== index);
    if (live && changed) {
      this.last = performance.now();
      this.moves = new Map(rows.map((row, index) => [row.video_id, this.move(places, row.video_id, index)]));
    } else if (!live) {
      this.moves.clear();
    }
    this.rows = rows;
    this.place();
    if (live && changed && !calm()) this.travel(before);
  }

  // How far a row rose; Infinity for one that was not there.
  move(places, id, index) {
    if (!places.size) return 0;
    return places.has(id) ? places.get(id) - index : Infinity;
  }

  tops() {
    return new Map([...this.nodes].map(([id, node]) => [id, node.getBoundingClientRect().top]));
  }

  place() {
    const keep = new Map();
    const nodes = this.rows.map((row, index) => {
      const node = this.entry(row, index, this.nodes.get(row.video_id));
      keep.set(row.video_id, node);
      return node;
    });
    this.nodes = keep;
    let list = $('ol', this.root);
    if (!list) {
      list = element('ol');
      this.root.replaceChildren(list);
    }
    list.replaceChildren(...nodes);
    this.peek.replaceChildren(
      ...this.rows.slice(0, 3).map(row => element('img', {src: row.poster, alt: ''})),
    );
  }

  entry(row, index, old) {
    const rose = this.moves.get(row.video_id) ?? 0;
    const node = old ?? element('li', {class: 'entry', dataset: {id: row.video_id}});
    node.classList.toggle('moved', rose > 0);
    const button =
      $('button', node) ??
      element(
        'button',
        {},
        element('span', {class: 'pos'}),
        element('img', {alt: '', loading: 'lazy', width: 54, height: 82, src: row.poster}),
        element('span', {}, element('span', {class: 'ttl'}), element('span', {class: 'rsn'})),
        element('span', {class: 'mov'}),
      );
    if (!old) node.append(button);
    button.onclick = () => this.choose(row);
    $('.pos', button).textContent = String(index + 1);
    $('.ttl', button).textContent = this.words.title(row.video_id);
    $('.rsn', button).replaceChildren(
      icon(this.words.icon(row)),
      element('span', {}, this.words.reason(row)),
    );
    $('.mov', button).replaceChildren(...this.movement(rose));
    return node;
  }

  movement(rose) {
    if (!rose) return [];
    const up = rose > 0;
    const sign = rose === Infinity ? t('нове тут', 'new here') : `${up ? '↑' : '↓'}${Math.abs(rose)}`;
    const said = up
      ? t('вище через вашу дію', 'up by your act')
      : t('нижче через вашу дію', 'down by your act');
    return [
      element('span', {'aria-hidden': 'true'}, rose === Infinity ? '+' : sign),
      element('span', {class: 'sr'}, ` ${rose === Infinity ? sign : said}`),
    ];
  }

  travel(before) {
    const list = $('ol', this.root);
    list.classList.remove('run');
    void list.offsetWidth; // restarts the drop's animation
    list.classList.add('run');
    for (const [id, node] of this.nodes) {
      const top = node.getBoundingClientRect().top;
      const was = before.get(id);
      if (was === undefined) node.animate([{opacity: 0}, {opacity: 1}], 300);
      else if (was !== top)
        node.animate([{transform: `translateY(${was - top}px)`}, {transform: 'none'}], MOVE);
    }
  }

  skeleton() {
    const row = () =>
      element(
        'div',
        {class: 'skelrow', 'aria-hidden': 'true'},
        element('div', {class: 'skel dot'}),
        element('div', {class: 'skel thumb'}),
        element('div', {}, element('div', {class: 'skel line'}), element('div', {class: 'skel line short'})),
      );
    this.nodes.clear();
    this.root.replaceChildren(
      ...Array.from({length: 6}, row),
      element('p', {class: 'sr'}, t('Завантажуємо', 'Loading')),
    );
  }

  // In place of rows: nothing found, or nothing to show yet.
  blank(title, text, ...more) {
    this.pending = null;
    this.nodes.clear();
    this.rows = [];
    this.root.replaceChildren(element('div', {class: 'blank'}, element('b', {}, title), text, ...more));
  }

  has(id) {
    return $$('.entry', this.root).some(node => node.dataset.id === id);
  }
}
