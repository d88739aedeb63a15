// The row of figures at the top. Grey while healthy; a triangle or a diamond where someone should look.

import {element} from '../dom.js';
import {number, plural, t} from '../language.js';

const SVG = 'http://www.w3.org/2000/svg';
const SPARK_POINTS = 90;
const MEMORY_SHARES = {warn: 0.85, crit: 0.95};
const LETTERS_MINUTES = 5;
const SHAPES_MAX = 5; // what the narrowest of the tiles holds
export const GOALS = {p50Ms: 10, p99Ms: 50, lag: 20_000, hitRate: 0.9};
const CRITICAL = 5; // so many times the goal is not to be looked at later

// At most as many points as can be told apart; each the mean of its share.
function thinned(values) {
  const step = Math.max(1, Math.ceil(values.length / SPARK_POINTS));
  const out = [];
  for (let at = values.length % step; at < values.length; at += step) {
    const part = values.slice(at, at + step).filter(value => value !== null && value !== undefined);
    if (part.length) out.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return out;
}

function spark(all, kind) {
  const values = thinned(all);
  const width = 150;
  const height = 24;
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  const step = width / Math.max(1, values.length - 1);
  const y = value => (height - 2 - ((value - low) / range) * (height - 4)).toFixed(1);
  const path = values.map((value, i) => `${i ? 'L' : 'M'}${(i * step).toFixed(1)} ${y(value)}`).join('');
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {
    class: 'ch',
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('class', {warn: 'hotw', crit: 'hotc'}[kind] ?? 'g');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export function bar(share, kind = '') {
  const fill = element('i', {class: kind});
  fill.style.width = `${Math.max(0, Math.min(100, share * 100))}%`;
  return element('span', {class: `bar ${kind}`, 'aria-hidden': 'true'}, fill);
}

const severity = kind => (kind === 'crit' ? t('терміново', 'urgent') : t('увага', 'attention'));

function vital({name, value, unit, note, kind = '', foot}) {
  return element(
    'dl',
    {class: `vital ${kind}`},
    element(
      'dt',
      {},
      kind && element('i', {class: `sev ${kind}`, role: 'img', 'aria-label': severity(kind)}),
      element('span', {title: name}, name),
    ),
    element('dd', {class: 'v'}, value, unit && element('small', {}, unit)),
    element('dd', {class: 'l', title: note}, note),
    foot && element('dd', {'aria-hidden': 'true', class: foot.className ?? ''}, ...[foot.nodes].flat()),
  );
}

export const gibibytes = bytes =>
  bytes >= 2 ** 30
    ? [number(bytes / 2 ** 30, 2), t('ГіБ', 'GiB')]
    : [number(bytes / 2 ** 20, bytes < 100 * 2 ** 20 ? 1 : 0), t('МіБ', 'MiB')];

// The limit is the server's own, where it tells one, else the sum of those of its components.
export function memoryOf(now) {
  const used = now.memory.reduce((sum, line) => sum + line.bytes, 0);
  const limit = now.memory_limit_bytes || now.memory.reduce((sum, line) => sum + line.limit_bytes, 0);
  return {used, limit};
}

export const over = (value, goal) => (value > goal * CRITICAL ? 'crit' : value > goal ? 'warn' : '');

const NAMES = {
  events: () => t('Події за секунду', 'Events a second'),
  p50: () => t('p50, подія → порядок', 'p50, event → order'),
  p99: () => t('p99, подія → порядок', 'p99, event → order'),
  lag: () => t('Відставання', 'Lag'),
  hits: () => t('Влучання в кеш', 'Cache hits'),
  memory: () => t('Пам’ять', 'Memory'),
  letters: () => t('Відкладені події', 'Dead letters'),
  alerts: () => t('Тривоги', 'Alerts'),
};

function memory(now) {
  const {used, limit} = memoryOf(now);
  const [value, unit] = gibibytes(used);
  const share = limit ? used / limit : 0;
  const kind = share > MEMORY_SHARES.crit ? 'crit' : share > MEMORY_SHARES.warn ? 'warn' : '';
  const note = limit ? `${t('межа', 'limit')} ${gibibytes(limit).join(' ')}` : t('без межі', 'no limit');
  return {name: NAMES.memory(), value, unit, kind, note, foot: {nodes: bar(share)}};
}

// A shape for each alert while there is room; else some, and how many more there are.
function shapes(open) {
  const shown = open.length > SHAPES_MAX ? SHAPES_MAX - 1 : open.length;
  const more = open.length - shown;
  return [
    ...open.slice(0, shown).map(alert => element('i', {class: `sev ${alert.severity}`})),
    ...(more ? [element('span', {}, `+${number(more)}`)] : []),
  ];
}

function alerts(open) {
  if (!open) return {name: NAMES.alerts(), value: '–', note: ''};
  const urgent = open.filter(alert => alert.severity === 'crit').length;
  return {
    name: NAMES.alerts(),
    value: number(open.length),
    kind: urgent ? 'crit' : open.length ? 'warn' : '',
    note: open.length
      ? t(`термінових: ${number(urgent)}`, `${number(urgent)} urgent`)
      : t('усе спокійно', 'all quiet'),
    foot: {className: 'shapes', nodes: shapes(open)},
  };
}

function lag(now, line) {
  const kind = over(now.lag, GOALS.lag);
  const worst = (now.partitions ?? []).reduce(
    (most, part) => (part.lag > (most?.lag ?? 0) ? part : most),
    null,
  );
  const goal = t(`межа ${number(GOALS.lag)}`, `limit ${number(GOALS.lag)}`);
  const where = worst && now.lag ? t(`найбільше ${worst.name}`, `most in ${worst.name}`) : '';
  return {
    name: NAMES.lag(),
    value: number(now.lag),
    unit: t('подій', 'events'),
    kind,
    note: kind && where ? where : goal,
    foot: line('lag', kind),
  };
}

export const listening = count =>
  t(
    `${plural(count, 'слухає', 'слухають', 'слухають')} ${number(count)} ${plural(count, 'сторінка', 'сторінки', 'сторінок')}`,
    `${number(count)} ${count === 1 ? 'page listens' : 'pages listen'}`,
  );

function hits(now, line) {
  const rate = now.hit_rate ?? null;
  return {
    name: NAMES.hits(),
    value: rate === null ? '–' : number(rate * 100, 1),
    unit: rate === null ? '' : '%',
    note:
      now.answers_per_second === undefined
        ? listening(now.listeners)
        : t(`${number(now.answers_per_second)} відповідей/с`, `${number(now.answers_per_second)} answers/s`),
    foot: line('hit_rate'),
  };
}

// How many came in the last minutes, as far as this page knows.
function lettersLately(values, now) {
  const lately = values.slice(-60 * LETTERS_MINUTES).find(value => value !== null && value !== undefined);
  return Math.max(0, now.dead_letters - (lately ?? now.dead_letters));
}

function letters(now, view, line) {
  const more = lettersLately(view.of('dead_letters'), now);
  const kind = more > 0 ? 'warn' : '';
  return {
    name: NAMES.letters(),
    value: number(now.dead_letters),
    kind,
    note: more
      ? t(`+${number(more)} за ${LETTERS_MINUTES} хв`, `+${number(more)} in ${LETTERS_MINUTES} min`)
      : t(`повторів ${number(now.duplicates)}`, `${number(now.duplicates)} duplicates`),
    foot: line('dead_letters', kind),
  };
}

export const showUnknownVitals = root =>
  root.replaceChildren(...Object.values(NAMES).map(name => vital({name: name(), value: '–', note: ''})));

// now: the newest Stats; view: what the charts show; open: alerts nobody attends to yet, or null where none were
// heard of.
export function showVitals(root, now, view, open) {
  const line = (field, kind) => ({nodes: spark(view.of(field), kind)});
  const latency = (name, field, goal) => {
    // While nothing comes it is the latency of long ago, and nobody waits.
    const kind = now.events_per_second < 1 ? '' : over(now[field], goal);
    const note = t(`ціль ${goal} мс`, `goal ${goal} ms`);
    return {name, value: number(now[field], 1), unit: t('мс', 'ms'), kind, note, foot: line(field, kind)};
  };
  root.replaceChildren(
    ...[
      {
        name: NAMES.events(),
        value: number(now.events_per_second),
        note: t(`усього ${number(now.events)}`, `${number(now.events)} in all`),
        foot: line('events_per_second'),
      },
      latency(NAMES.p50(), 'latency_p50_ms', GOALS.p50Ms),
      latency(NAMES.p99(), 'latency_p99_ms', GOALS.p99Ms),
      lag(now, line),
      hits(now, line),
      memory(now),
      letters(now, view, line),
      alerts(open),
    ].map(vital),
  );
}
