// The answer to a question: as a table, as bars, as lines over time, or as a CSV file.

import {$, $$, element} from '../dom.js';
import {clock, number, t} from '../language.js';
import {LineChart} from './chart.js';
import {bar} from './vitals.js';

const ROWS_MAX = 200;
const BARS_MAX = 30;
const LINES_MAX = 3;

const isNumber = value => typeof value === 'number';
const isTime = type => /^(TIMESTAMP|DATE)/.test(type);
// Instants of the store are UTC without saying so.
const timeOf = text => Date.parse(/[zZ]|[+-]\d\d(:?\d\d)?$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);

export const figure = value => number(value, Number.isInteger(value) ? 0 : 3);

function quoted(value) {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // A cell that begins with one of these would be run as a formula by a spreadsheet.
  const safe = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// RFC 4180, with the mark by which spreadsheets know UTF-8.
export function csvOf({columns, rows}) {
  const lines = [columns.map(column => column.name), ...rows].map(row => row.map(quoted).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

export class Result {
  constructor() {
    this.view = 'table';
    this.answer = null;
    for (const button of $$('[data-view]'))
      button.addEventListener('click', () => this.show(button.dataset.view));
    $('#csv').addEventListener('click', () => this.download());
  }

  take(answer, view) {
    this.answer = answer;
    if (answer)
      this.numeric = answer.columns.map(
        (_, i) => answer.rows.length > 0 && answer.rows.every(row => row[i] === null || isNumber(row[i])),
      );
    this.show(view ?? this.view);
  }

  show(view = this.view) {
    this.view = view;
    for (const button of $$('[data-view]'))
      button.setAttribute('aria-pressed', String(button.dataset.view === view));
    $('#csv').disabled = !this.answer?.rows.length;
    $('#result').replaceChildren();
    $('#result-chart').replaceChildren();
    $('#result').hidden = view !== 'table';
    $('#result-chart').hidden = view === 'table';
    if (this.answer) this[view]();
  }

  table() {
    const {columns, rows} = this.answer;
    const shares = this.shares();
    $('#result').append(
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map((column, i) =>
            element(
              'th',
              {class: this.numeric[i] ? 'num' : '', scope: 'col', title: column.type},
              column.name,
            ),
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
              ...row.map((value, i) => this.cell(value, i, shares?.column === i ? shares.of[r] : null)),
            ),
          ),
      ),
    );
  }

  // The first column of numbers gets bars, when there are at least two rows of it and none is negative.
  shares() {
    const column = this.numeric.indexOf(true);
    const values = column < 0 ? [] : this.answer.rows.map(row => row[column] ?? 0);
    const most = Math.max(...values, 0);
    return values.length > 1 && most > 0 && Math.min(...values) >= 0
      ? {column, of: values.map(value => value / most)}
      : null;
  }

  cell(value, column, share) {
    if (value === null) return element('td', {class: 'dim'}, '–');
    if (!this.numeric[column]) {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      return element('td', {title: text}, text);
    }
    const text = figure(value);
    return element(
      'td',
      {class: 'num'},
      share === null ? text : element('span', {class: 'barcell'}, bar(share), element('span', {}, text)),
    );
  }

  // What names a row: its first column that is no number.
  nameOf(row) {
    const column = this.numeric.indexOf(false);
    return column < 0 ? '' : String(row[column] ?? '–');
  }

  unchartable() {
    $('#result-chart').replaceChildren(
      element(
        'p',
        {class: 'dim small'},
        t('Для графіка потрібен стовпчик із числами.', 'A chart needs a column of numbers.'),
      ),
    );
  }

  bars() {
    const columns = this.numeric.map((numeric, i) => (numeric ? i : -1)).filter(i => i >= 0);
    if (!columns.length) return this.unchartable();
    const [column] = columns;
    const {rows} = this.answer;
    const most = Math.max(...rows.map(row => Math.abs(row[column] ?? 0)), 1e-9);
    $('#result-chart').append(
      element('p', {class: 'small dim'}, this.answer.columns[column].name),
      element(
        'div',
        {class: 'tops'},
        ...rows
          .slice(0, BARS_MAX)
          .flatMap(row => [
            element('span', {class: 'name', title: this.nameOf(row)}, this.nameOf(row)),
            bar(Math.abs(row[column] ?? 0) / most),
            element('span', {class: 'num'}, row[column] === null ? '–' : figure(row[column])),
          ]),
      ),
    );
    return undefined;
  }

  line() {
    const {columns, rows} = this.answer;
    const time = columns.findIndex(column => isTime(column.type));
    const wanted = this.numeric
      .map((numeric, i) => (numeric && i !== time ? i : -1))
      .filter(i => i >= 0)
      .slice(0, LINES_MAX);
    if (!wanted.length || !rows.length) return this.unchartable();
    const points = rows
      .map((row, i) => ({at: time < 0 ? i : timeOf(row[time]) / 1000, row}))
      .filter(point => Number.isFinite(point.at))
      .sort((a, b) => a.at - b.at);
    const root = element(
      'figure',
      {class: 'asked'},
      element('figcaption', {}, element('span', {}, columns[time]?.name ?? t('№', 'No.')), element('small')),
      element('div', {class: 'plot'}),
    );
    $('#result-chart').append(root);
    const lines = wanted.map((i, place) => ({
      field: i,
      name: () => columns[i].name,
      second: place > 0,
      fill: place === 0,
    }));
    const when = point =>
      time < 0 ? String(point + 1) : new Date(point * 1000).toLocaleString(t('uk-UA', 'en-GB'));
    const chart = new LineChart(root, {
      lines,
      floor: 0,
      format: figure,
      height: 180,
      sync: false,
      ends: at => [when(at[0]), when(at.at(-1))],
      moment: when,
    });
    chart.draw({at: points.map(point => point.at), of: i => points.map(point => point.row[i])});
    return undefined;
  }

  download() {
    const address = URL.createObjectURL(new Blob([csvOf(this.answer)], {type: 'text/csv;charset=utf-8'}));
    element('a', {href: address, download: `potik-${clock(Date.now()).replaceAll(':', '')}.csv`}).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}
