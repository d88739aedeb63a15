// One event through all stages: when each was done, what it was as received, as enriched and as scored, and what
// it changed in its viewer's list.

import {$, $$, element} from '../dom.js';
import {number, t} from '../language.js';
import {get} from './ask.js';
import {bar} from './vitals.js';
import {HEADS, SOURCES, TYPES, word} from './words.js';

const STORED_TRIES = 20;
const STORED_PAUSE_MS = 700;

// Where each stage ended, in milliseconds after the event was taken.
export function stagesOf(tail) {
  const at = name => (tail?.stages?.[name] ? Date.parse(tail.stages[name]) : null);
  const taken = at('appended_at');
  const after = name => (at(name) === null || taken === null ? null : Math.max(0, at(name) - taken));
  return {
    appended: taken === null ? null : 0,
    opened: after('opened_at'),
    computed: after('computed_at'),
    published: after('published_at'),
  };
}

function pretty(raw) {
  try {
    return JSON.stringify(JSON.parse(raw), null, 1);
  } catch {
    return raw;
  }
}

// What moved between two lists of a viewer: [video, place now or null, places up (negative: down), source].
export function movesOf(before, after) {
  const place = new Map((before ?? []).map((row, index) => [row.video_id, index]));
  const moves = (after ?? []).map((row, index) => ({
    id: row.video_id,
    place: index + 1,
    moved: place.has(row.video_id) ? place.get(row.video_id) - index : null,
    source: row.source,
  }));
  const kept = new Set(moves.map(move => move.id));
  const gone = (before ?? []).filter(row => !kept.has(row.video_id));
  return {moves, gone: gone.map(row => ({id: row.video_id, place: null, moved: null, source: row.source}))};
}

export class Trace {
  // links lead to the inspector; onTrace(what the diagram marks).
  constructor(links, onTrace) {
    Object.assign(this, {links, onTrace, answer: null, event: null, tab: 'changed', asked: 0});
    for (const button of $$('[data-stage]'))
      button.addEventListener('click', () => {
        this.tab = button.dataset.stage;
        this.show();
      });
    $('#trace-form').addEventListener('submit', event => {
      event.preventDefault();
      const [, partition, offset] =
        $('#trace-place')
          .value.trim()
          .match(/^(\d+)\s*:\s*(\d+)$/) ?? [];
      if (!offset)
        return this.say(
          t('Потрібні розділ і зсув, як 3:48211.', 'Partition and offset are needed, as 3:48211.'),
        );
      return this.follow({partition: Number(partition), offset: Number(offset)});
    });
  }

  // Asks for one event and again until the store holds it too.
  async follow(event, tries = STORED_TRIES) {
    this.event = event;
    const asked = (this.asked += 1);
    $('#trace-place').value = `${event.partition}:${event.offset}`;
    this.say(t('Питаємо…', 'Asking…'));
    try {
      const answer = await get(`/v1/events/${event.partition}/${event.offset}`);
      if (asked !== this.asked) return;
      this.answer = answer;
      this.say('');
      this.show();
      if (!answer.stored && tries > 0) {
        await new Promise(resolve => setTimeout(resolve, STORED_PAUSE_MS));
        if (asked === this.asked) await this.follow(event, tries - 1);
      }
    } catch (error) {
      if (asked !== this.asked) return;
      this.answer = null;
      this.show();
      this.say(
        error.status === 404
          ? t('У журналі такої події немає.', 'The log does not hold such an event.')
          : error.message,
      );
    }
  }

  say(text) {
    $('#trace-told').textContent = text;
  }

  show() {
    const {answer} = this;
    $('#trace').hidden = !answer;
    for (const button of $$('[data-stage]'))
      button.setAttribute('aria-pressed', String(button.dataset.stage === this.tab));
    if (!answer) return this.onTrace(null);
    const tail = answer.tail ?? this.event;
    this.showBars(stagesOf(tail), answer.stored);
    $('#trace-result').replaceChildren(...[this[this.tab](answer)].flat());
    return this.onTrace(this.marks(tail, answer.stored));
  }

  marks(tail, stored) {
    const stages = stagesOf(tail);
    const type = tail.type ? `${word(TYPES, tail.type)} ` : '';
    const marks = {
      page: 0,
      log: stages.appended,
      processing: stages.opened,
      model: stages.computed,
      cache: stages.published,
      store: null,
    };
    const known = Object.fromEntries(
      Object.entries(marks).filter(([name, value]) => (name === 'store' ? stored : value !== null)),
    );
    if (stages.appended === null) delete known.page;
    return {
      label: `${type}${tail.user_id ?? ''} → ${tail.video_id ?? `${tail.partition}:${tail.offset}`}`,
      ms: stages.published,
      marks: known,
    };
  }

  showBars(stages, stored) {
    const rows = [
      [t('Прийнято й записано', 'Kept in the log'), 0, stages.appended],
      [t('Чекала на епоху', 'Waited for the epoch'), stages.appended, stages.opened],
      [t('Обчислено', 'Computed'), stages.opened, stages.computed],
      [t('Порядок видано', 'Order published'), stages.computed, stages.published],
    ];
    const most = Math.max(1, ...Object.values(stages).filter(value => value !== null)) * 1.05;
    $('#trace-bars').replaceChildren(
      ...rows.flatMap(([name, from, to]) => this.barRow(name, from, to, most)),
      element('span', {}, t('У сховищі', 'In the store')),
      element('span', {class: 'tr'}, stored && element('i', {class: 'whole'})),
      element('span', {class: 'num', id: 'trace-stored'}, stored ? t('так', 'yes') : t('ще ні', 'not yet')),
    );
  }

  barRow(name, from, to, most) {
    const fill = element('i');
    if (to !== null && from !== null) {
      fill.style.left = `${(100 * Math.min(from, to)) / most}%`;
      fill.style.width = `${(100 * Math.max(0, to - from)) / most}%`;
    }
    return [
      element('span', {}, name),
      element('span', {class: 'tr', 'aria-hidden': 'true'}, to !== null && fill),
      element('span', {class: 'num'}, to === null ? '–' : `${number(to, 1)} ${t('мс', 'ms')}`),
    ];
  }

  raw(answer) {
    if (answer.raw === null) return this.absent(t('Журнал її вже не тримає.', 'The log no longer holds it.'));
    return element(
      'pre',
      {class: 'raw', tabindex: '0', role: 'group', 'aria-label': t('як надійшла', 'as received')},
      pretty(answer.raw),
    );
  }

  enriched(answer) {
    if (!answer.enriched)
      return this.absent(t('Ще не збагачена або не в сховищі.', 'Not enriched yet, or not in the store.'));
    const known = Object.entries(answer.enriched).filter(([, value]) => value !== null && value !== '');
    const text = value => (typeof value === 'object' ? JSON.stringify(value) : String(value));
    return element(
      'dl',
      {class: 'pairs'},
      ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, text(value))]),
    );
  }

  scored(answer) {
    if (!answer.scored)
      return this.absent(
        t(
          'Оцінюють лише покази та перегляди, у яких є модель.',
          'Only exposures that the model saw are scored.',
        ),
      );
    const {model_version: version, ...heads} = answer.scored;
    return [
      element(
        'p',
        {class: 'small dim'},
        t(
          `Передбачено до навчання, модель ${number(version)}`,
          `Predicted before learning, model ${number(version)}`,
        ),
      ),
      element(
        'div',
        {class: 'tops'},
        ...Object.entries(heads).flatMap(([name, value]) => [
          element('span', {class: 'name'}, word(HEADS, name.replace(/^p_/, ''))),
          bar(value ?? 0),
          element('span', {class: 'num'}, value === null ? '–' : number(value, 3)),
        ]),
      ),
    ];
  }

  changed(answer) {
    const {before, after, epoch} = answer.changed ?? {};
    if (!after)
      return this.absent(
        t(
          'Порядок цього глядача після події не обчислювали.',
          'The order of this viewer was not computed after the event.',
        ),
      );
    const {moves, gone} = movesOf(before, after);
    const rows = [...moves, ...gone];
    const count = rows.filter(row => row.moved !== 0).length;
    return [
      element(
        'p',
        {class: 'small dim'},
        before
          ? t(
              `Зрушено ${count} із ${rows.length}, епоха ${number(epoch)}`,
              `${count} of ${rows.length} moved, epoch ${number(epoch)}`,
            )
          : t(
              `Перший список цього глядача, епоха ${number(epoch)}`,
              `The first list of this viewer, epoch ${number(epoch)}`,
            ),
      ),
      element('ol', {class: 'moves'}, ...rows.map(row => this.move(row, Boolean(before)))),
    ];
  }

  move(row, known) {
    const words = !row.place
      ? t('зникло', 'gone')
      : !known || row.moved === 0
        ? ''
        : row.moved === null
          ? t('нове', 'new')
          : `${row.moved > 0 ? '▲' : '▼'} ${Math.abs(row.moved)}`;
    return element(
      'li',
      {class: !row.place ? 'gone' : words ? 'moved' : ''},
      element('span', {class: 'num'}, row.place ? String(row.place) : '–'),
      this.links.video(row.id),
      element('span', {class: 'dim'}, word(SOURCES, row.source)),
      element('span', {class: 'num'}, words),
    );
  }

  absent(text) {
    return element('p', {class: 'dim small'}, text);
  }
}
