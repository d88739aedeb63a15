// The box that asks the analytical store, with saved questions and a table for the answer.

import {$, element} from './dom.js';
import {number, plural, t} from './language.js';
import {bar} from './vitals.js';

const ROWS_MAX = 200;
const SAVED = [
  [
    'Що додивляються',
    'Watched to the end',
    `select video_id, any_value(video_title) as title, count(*) as plays,
       avg(watch_fraction) as watched
from events
where type = 'video_played' and not suspicious
group by video_id having count(*) >= 3
order by watched desc limit 10`,
  ],
  [
    'Хто під підозрою',
    'Who is under suspicion',
    `select user_id, count(*) as events, count(distinct video_id) as videos,
       any_value(verdict) as verdict
from events where suspicious
group by user_id order by events desc limit 20`,
  ],
  [
    'Що сталося щойно',
    'What has just happened',
    `select occurred_at, type, user_id, video_title, watch_ms
from events order by occurred_at desc limit 20`,
  ],
  [
    'Події за типом',
    'Events by type',
    `select type, count(*) as events, count(distinct user_id) as viewers,
       count(*) filter (where suspicious) as suspicious
from events group by type order by events desc`,
  ],
];

export class SqlBox {
  constructor() {
    this.text = $('#sql-text');
    this.table = $('#result');
    this.chosen = 0;
    this.answer = null;
    this.text.value = SAVED[0][2];
    $('#run').addEventListener('click', () => this.run());
    this.text.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.run();
    });
    this.showSaved();
  }

  showSaved() {
    $('#saved').replaceChildren(
      ...SAVED.map(([uk, en, sql], index) =>
        element(
          'button',
          {'aria-current': this.chosen === index && 'true', onclick: () => this.ask(sql, index)},
          t(uk, en),
        ),
      ),
    );
  }

  ask(sql, index = -1) {
    this.chosen = index;
    this.text.value = sql;
    this.showSaved();
    this.text.scrollIntoView({block: 'nearest'});
    return this.run();
  }

  async run() {
    const took = $('#took');
    took.textContent = t('Питаємо…', 'Asking…');
    $('#run').disabled = true;
    try {
      const response = await fetch('/v1/query', {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({sql: this.text.value}),
      });
      const answer = await response.json();
      if (!response.ok) return this.fail(answer.detail ?? answer.title ?? String(response.status));
      this.answer = answer;
      this.show();
    } catch {
      this.fail(
        t(
          'Сервер не відповів. Запит лишився в полі, спробуйте ще раз.',
          'No answer from the server. The query is kept; try again.',
        ),
      );
    } finally {
      $('#run').disabled = false;
    }
    return undefined;
  }

  fail(text) {
    this.answer = null;
    this.table.replaceChildren();
    $('#took').replaceChildren(
      element('i', {class: 'sev warn', role: 'img', 'aria-label': t('увага', 'attention')}),
      ` ${text}`,
    );
  }

  show() {
    if (!this.answer) return;
    const {columns, rows, truncated, elapsed_ms: ms} = this.answer;
    const count = rows.length;
    $('#took').textContent =
      `${number(count)} ${t(plural(count, 'рядок', 'рядки', 'рядків'), count === 1 ? 'row' : 'rows')}${truncated ? t(' (не всі)', ' (not all)') : ''} · ${number(ms, 1)} ${t('мс', 'ms')}`;
    const numeric = columns.map(
      (_, i) => rows.length > 0 && rows.every(row => row[i] === null || typeof row[i] === 'number'),
    );
    const shares = this.shares(columns, rows, numeric);
    this.table.replaceChildren(
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map((column, i) =>
            element('th', {class: numeric[i] ? 'num' : '', title: column.type}, column.name),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows
          .slice(0, ROWS_MAX)
          .map((row, r) =>
            element(
              'tr',
              {},
              ...row.map((value, i) =>
                this.cell(value, numeric[i], shares?.column === i ? shares.of[r] : null),
              ),
            ),
          ),
      ),
    );
  }

  // The first column of numbers gets bars, when there are at least two rows of it and none is negative.
  shares(columns, rows, numeric) {
    const column = numeric.indexOf(true);
    const values = column < 0 ? [] : rows.map(row => row[column] ?? 0);
    const most = Math.max(...values, 0);
    return values.length > 1 && most > 0 && Math.min(...values) >= 0
      ? {column, of: values.map(value => value / most)}
      : null;
  }

  cell(value, numeric, share) {
    if (value === null) return element('td', {class: 'dim'}, '–');
    if (!numeric) return element('td', {}, typeof value === 'object' ? JSON.stringify(value) : String(value));
    const text = number(value, Number.isInteger(value) ? 0 : 3);
    return element(
      'td',
      {class: 'num'},
      share === null ? text : element('span', {class: 'barcell'}, bar(share), element('span', {}, text)),
    );
  }
}
