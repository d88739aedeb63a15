// The events as they are processed: the newest that pass the filter, each with where it stands in the log and how
// long it took. The table holds still while the pointer or the focus is in it.

import {$, element} from '../dom.js';
import {number, t} from '../language.js';
import {TYPES, VERDICTS, word} from './words.js';

const KEPT_MAX = 400;
const ROWS_MAX = 30;

export const placeOf = event => `${event.partition}:${event.offset}`;
export const timeOf = text => {
  const time = new Date(text);
  const pad = (value, digits = 2) => String(value).padStart(digits, '0');
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
};

export class Tail {
  // onTrace(event) when one is chosen.
  constructor(links, onTrace) {
    Object.assign(this, {links, onTrace, events: [], seen: null, selected: null, waiting: false});
    this.box = $('#tail-box');
    for (const name of ['pointerleave', 'focusout']) this.box.addEventListener(name, () => this.settle());
    for (const filter of ['#tail-who', '#tail-type', '#tail-suspicious'])
      $(filter).addEventListener('input', () => this.show(true));
  }

  take({seen, events}) {
    this.seen = seen;
    this.events = [...this.events, ...events].slice(-KEPT_MAX);
  }

  // The newest first.
  passing() {
    const who = $('#tail-who').value.trim().toLowerCase();
    const type = $('#tail-type').value;
    const suspicious = $('#tail-suspicious').checked;
    return this.events
      .filter(
        event =>
          (!type || event.type === type) &&
          (!suspicious || event.suspicious) &&
          (!who || `${event.user_id} ${event.video_id ?? ''}`.toLowerCase().includes(who)),
      )
      .reverse()
      .slice(0, ROWS_MAX);
  }

  held() {
    return this.box.matches(':hover') || this.box.contains(document.activeElement);
  }

  settle() {
    if (this.waiting) requestAnimationFrame(() => !this.held() && this.show());
  }

  show(asked = false) {
    const held = !asked && this.held() && this.shown > 0;
    this.waiting = held;
    this.say(held);
    if (held) return;
    const rows = this.passing();
    const chosen = this.selected && !rows.some(event => placeOf(event) === placeOf(this.selected));
    this.shown = rows.length;
    $('#tail').replaceChildren(
      ...(chosen ? [this.row(this.selected)] : []),
      ...rows.map(event => this.row(event)),
      ...(rows.length ? [] : [this.nothing()]),
    );
  }

  // How much of the stream is seen here, or that the table waits.
  say(held) {
    const words = held
      ? t('зупинено, поки ви тут', 'held while you are here')
      : this.seen === null
        ? ''
        : t(`обробляється ${number(this.seen)} за секунду`, `${number(this.seen)} processed a second`);
    const note = $('#tail-note');
    if (note.textContent !== words) note.textContent = words;
  }

  nothing() {
    if (this.seen === null) return element('tr', {}, element('td', {colspan: 6, class: 'dim'}, '–'));
    const words = this.events.length
      ? t('Жодна з останніх подій не підходить під фільтр.', 'None of the last events passes the filter.')
      : t('Подій ще немає.', 'There are no events yet.');
    return element('tr', {}, element('td', {colspan: 6, class: 'dim'}, words));
  }

  row(event) {
    const selected = this.selected && placeOf(event) === placeOf(this.selected);
    const verdicts = (event.verdicts ?? []).map(verdict => word(VERDICTS, verdict)).join(', ');
    const mark =
      event.suspicious &&
      element('i', {
        class: 'sev crit',
        role: 'img',
        'aria-label': t(`підозріла: ${verdicts}`, `suspicious: ${verdicts}`),
        title: verdicts,
      });
    const trace = () => this.choose(event);
    return element(
      'tr',
      {
        class: selected ? 'sel' : event.suspicious ? 'sus' : '',
        onclick: trace,
        dataset: {place: placeOf(event)},
      },
      element(
        'td',
        {},
        element(
          'button',
          {class: 'link', type: 'button', title: t('простежити', 'trace')},
          timeOf(event.occurred_at),
        ),
      ),
      element('td', {}, mark, mark && ' ', word(TYPES, event.type)),
      element('td', {}, this.links.user(event.user_id)),
      element('td', {}, event.video_id ? this.links.video(event.video_id) : '–'),
      element('td', {class: 'num'}, placeOf(event)),
      element('td', {class: 'num'}, Number.isFinite(event.ms) ? number(event.ms, 1) : '–'),
    );
  }

  choose(event) {
    this.selected = event;
    this.show(true);
    this.onTrace(event);
  }

  showTypes() {
    const chosen = $('#tail-type').value;
    $('#tail-type').replaceChildren(
      element('option', {value: ''}, t('усі типи', 'all types')),
      ...Object.keys(TYPES).map(type => element('option', {value: type}, word(TYPES, type))),
    );
    $('#tail-type').value = chosen;
  }
}
