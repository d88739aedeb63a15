// The row of figures at the top. Grey while healthy; a triangle or a diamond where someone should look.

import {element} from './dom.js';
import {number, t} from './language.js';

const SVG = 'http://www.w3.org/2000/svg';
export const GOALS = {p50Ms: 10, p99Ms: 50, lag: 20_000};

function spark(values, kind) {
  const width = 150;
  const height = 24;
  const low = Math.min(...values);
  const range = Math.max(...values) - low || 1;
  const step = width / Math.max(1, values.length - 1);
  const path = values
    .map(
      (value, i) =>
        `${i ? 'L' : 'M'}${(i * step).toFixed(1)} ${(height - 2 - ((value - low) / range) * (height - 4)).toFixed(1)}`,
    )
    .join('');
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({
    class: 'ch',
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  })) {
    svg.setAttribute(name, value);
  }
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('class', kind === 'warn' ? 'hotw' : 'g');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export function bar(share, kind = '') {
  const fill = element('i', {class: kind});
  fill.style.width = `${Math.min(100, share * 100)}%`;
  return element('span', {class: `bar ${kind}`}, fill);
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
      name,
    ),
    element('dd', {class: 'v'}, value, unit && element('small', {}, unit)),
    element('dd', {class: 'l'}, note),
    foot && element('dd', {'aria-hidden': 'true', class: foot.className ?? ''}, ...[foot.nodes].flat()),
  );
}

export const gibibytes = bytes =>
  bytes >= 2 ** 30
    ? [number(bytes / 2 ** 30, 2), t('ГіБ', 'GiB')]
    : [number(bytes / 2 ** 20, bytes < 100 * 2 ** 20 ? 1 : 0), t('МіБ', 'MiB')];

// Answers since the last figures; the totals since start say little about now.
function hitRate(history) {
  const now = history.at(-1);
  const before = history.at(-11) ?? history[0];
  const hits = now.cache_hits - before.cache_hits;
  const asked = hits + now.cache_misses - before.cache_misses;
  const total = now.cache_hits + now.cache_misses;
  return asked > 0 ? hits / asked : total ? now.cache_hits / total : null;
}

function memory(now) {
  const used = now.memory.reduce((sum, line) => sum + line.bytes, 0);
  const limit = now.memory.reduce((sum, line) => sum + line.limit_bytes, 0);
  const [value, unit] = gibibytes(used);
  const share = limit ? used / limit : 0;
  return {
    name: t('Пам’ять', 'Memory'),
    value,
    unit,
    kind: share > 0.95 ? 'crit' : share > 0.85 ? 'warn' : '',
    note: limit ? `${t('межа', 'limit')} ${gibibytes(limit).join(' ')}` : t('без межі', 'no limit'),
    foot: {nodes: bar(share)},
  };
}

function alerts(firing) {
  const urgent = firing.filter(alert => alert.severity === 'crit').length;
  const kind = urgent ? 'crit' : firing.length ? 'warn' : '';
  return {
    name: t('Тривоги', 'Alerts'),
    value: number(firing.length),
    kind,
    note: firing.length ? t(`термінових: ${urgent}`, `${urgent} urgent`) : t('усе спокійно', 'all quiet'),
    foot: {
      className: 'shapes',
      nodes: firing.slice(0, 8).map(alert => element('i', {class: `sev ${alert.severity}`})),
    },
  };
}

// history: Stats of the last minutes, newest last; firing: open alerts.
export function showVitals(root, history, firing) {
  const now = history.at(-1);
  const line = (field, kind) => ({
    nodes: spark(
      history.map(stats => stats[field]),
      kind,
    ),
  });
  const rate = hitRate(history);
  const letters = now.dead_letters - history[0].dead_letters;
  const late = now.latency_p99_ms > GOALS.p99Ms ? 'warn' : '';
  const behind = now.lag > GOALS.lag ? 'warn' : '';
  root.replaceChildren(
    ...[
      {
        name: t('Події за секунду', 'Events a second'),
        value: number(now.events_per_second),
        note: t(`усього ${number(now.events)}`, `${number(now.events)} in all`),
        foot: line('events_per_second'),
      },
      {
        name: t('Подія → порядок, p50', 'Event → order, p50'),
        value: number(now.latency_p50_ms, 1),
        unit: t('мс', 'ms'),
        note: t(`ціль ${GOALS.p50Ms} мс`, `goal ${GOALS.p50Ms} ms`),
        foot: line('latency_p50_ms'),
      },
      {
        name: t('Подія → порядок, p99', 'Event → order, p99'),
        value: number(now.latency_p99_ms, 1),
        unit: t('мс', 'ms'),
        kind: late,
        note: t(`ціль ${GOALS.p99Ms} мс`, `goal ${GOALS.p99Ms} ms`),
        foot: line('latency_p99_ms', late),
      },
      {
        name: t('Відставання', 'Lag'),
        value: number(now.lag),
        unit: t('подій', 'events'),
        kind: behind,
        note: t(`сховище: епоха ${number(now.stored_epoch)}`, `store: epoch ${number(now.stored_epoch)}`),
        foot: line('lag', behind),
      },
      {
        name: t('Влучання в кеш', 'Cache hits'),
        value: rate === null ? '–' : number(rate * 100, 1),
        unit: rate === null ? '' : '%',
        note: t(`слухають ${number(now.listeners)} сторінок`, `${number(now.listeners)} pages listen`),
        foot: {nodes: bar(rate ?? 0)},
      },
      memory(now),
      {
        name: t('Відкладені події', 'Dead letters'),
        value: number(now.dead_letters),
        kind: letters > 0 ? 'warn' : '',
        note:
          letters > 0
            ? t(`+${number(letters)} за 3 хв`, `+${number(letters)} in 3 min`)
            : t(`повторів ${number(now.duplicates)}`, `${number(now.duplicates)} duplicates`),
        foot: line('dead_letters', letters > 0 ? 'warn' : ''),
      },
      alerts(firing),
    ].map(vital),
  );
}
