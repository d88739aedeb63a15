// Which charts there are, and the figures beside them that are bars: lag by partition, memory against its limits.

import {$, element} from '../dom.js';
import {number, t} from '../language.js';
import {LineChart} from './chart.js';
import {GOALS, bar, gibibytes, memoryOf} from './vitals.js';

const PARTITIONS_SHOWN = 8;
const SMALL = 120;
const HOT = 0.85;
const whole = value => number(value);
const tenths = value => number(value, 1);

const MEMORY = {
  viewers: 'глядачі',
  videos: 'відео',
  ranker: 'ранжувальник',
  factors: 'вектори',
  served: 'кого обслуговуємо',
  epochs: 'епохи',
  log: 'журнал подій',
  journal: 'журнал епох',
  state: 'стан',
  sink: 'черга до сховища',
  store: 'сховище',
  cache: 'кеш рекомендацій',
  comments: 'коментарі',
  http: 'з’єднання',
  crowd: 'змодельована публіка',
};

const perSecond = () => t('за секунду', 'a second');
const milliseconds = () => t('мс', 'ms');

const CHARTS = {
  events: {
    floor: 10,
    clipped: true,
    format: whole,
    unit: perSecond,
    lines: [
      {field: 'accepted_per_second', name: () => t('прийнято', 'accepted'), fill: true},
      {field: 'events_per_second', name: () => t('оброблено', 'processed'), second: true},
    ],
  },
  latency: {
    floor: 10,
    format: tenths,
    unit: milliseconds,
    limit: {value: GOALS.p99Ms, name: () => t(`ціль p99: ${GOALS.p99Ms}`, `p99 goal: ${GOALS.p99Ms}`)},
    lines: [
      {field: 'latency_p50_ms', name: () => 'p50'},
      {field: 'latency_p99_ms', name: () => 'p99', second: true},
    ],
  },
  lag: {
    floor: 10,
    height: 96,
    format: whole,
    lines: [{field: 'lag', name: () => t('разом', 'in all'), fill: true}],
  },
  answers: {
    floor: 10,
    clipped: true,
    height: SMALL,
    format: whole,
    unit: perSecond,
    lines: [{field: 'answers_per_second', name: () => t('відповідей', 'answers'), fill: true}],
  },
  hits: {
    height: SMALL,
    range: [0, 1],
    format: value => `${number(value * 100, 1)} %`,
    lines: [{field: 'hit_rate', name: () => ''}],
  },
  store: {
    floor: 1,
    height: SMALL,
    format: tenths,
    unit: () => t('комітів за секунду · p99, мс', 'commits a second · p99, ms'),
    lines: [
      {field: 'store_commits', name: () => t('комітів', 'commits'), fill: true},
      {field: 'store_commit_ms', name: () => 'p99', second: true},
    ],
  },
  letters: {
    floor: 5,
    height: SMALL,
    format: whole,
    unit: () => t('від запуску', 'since the start'),
    lines: [{field: 'dead_letters', name: () => '', fill: true}],
  },
  auc: {
    height: 110,
    range: [0.5, 1],
    format: value => number(value, 3),
    unit: () => t('година · тиждень', 'an hour · a week'),
    lines: [
      {field: 'auc', name: () => t('година', 'hour')},
      {field: 'auc_long', name: () => t('тиждень', 'week'), second: true},
    ],
  },
};

export class Charts {
  constructor() {
    this.charts = Object.entries(CHARTS).map(
      ([name, options]) => new LineChart($(`#chart-${name}`), options),
    );
  }

  draw(view) {
    for (const chart of this.charts) chart.draw(view);
  }
}

export function showPartitions(now) {
  const root = $('#partitions');
  const all = now.partitions ?? [];
  const worst = [...all].sort((a, b) => b.lag - a.lag).slice(0, PARTITIONS_SHOWN);
  const most = Math.max(GOALS.lag / Math.max(1, all.length), ...worst.map(part => part.lag));
  const shown = all.filter(part => worst.includes(part));
  root.replaceChildren(
    ...shown.flatMap(part => {
      // One that holds most of what all are behind is where to look.
      const hot = now.lag > GOALS.lag && part.lag > now.lag / 2 ? 'hotrow' : '';
      return [
        element('span', {class: hot, title: part.name}, part.name.replace(/^events[-/]/, '')),
        bar(part.lag / most, hot),
        element('span', {class: `num ${hot}`}, `${hot && '▲ '}${number(part.lag)}`),
      ];
    }),
  );
  if (all.length > shown.length)
    root.append(
      element(
        'p',
        {class: 'dim small'},
        t(`і ще ${all.length - shown.length} менших`, `and ${all.length - shown.length} smaller`),
      ),
    );
}

export function showMemory(now) {
  const {used, limit} = memoryOf(now);
  $('#memory-sum').textContent = limit
    ? `${gibibytes(used).join(' ')} ${t('із', 'of')} ${gibibytes(limit).join(' ')}`
    : gibibytes(used).join(' ');
  // A component that fills what it was given is at home there; only together can they be too much.
  const tight = limit > 0 && used / limit > HOT;
  const biggest = [...now.memory].sort((a, b) => b.bytes - a.bytes);
  $('#memory-stack').replaceChildren(
    ...biggest.slice(0, 5).map(line => {
      const part = element('i');
      part.style.width = `${(100 * line.bytes) / Math.max(limit, used, 1)}%`;
      return part;
    }),
  );
  $('#memory').replaceChildren(
    ...biggest.flatMap(line => {
      const share = line.limit_bytes ? line.bytes / line.limit_bytes : 0;
      const hot = tight && share > HOT ? 'hotrow' : '';
      const of = line.limit_bytes ? ` / ${gibibytes(line.limit_bytes).join(' ')}` : '';
      return [
        element('span', {class: `name ${hot}`}, t(MEMORY[line.component] ?? line.component, line.component)),
        bar(share, hot),
        element('span', {class: `num ${hot}`}, `${hot && '▲ '}${gibibytes(line.bytes).join(' ')}${of}`),
      ];
    }),
  );
}

// What is watched most: titles that lead to the inspector.
export function showTop(now, catalogue, links) {
  const most = Math.max(1, ...now.top_videos.map(video => video.plays));
  $('#top-videos').replaceChildren(
    ...now.top_videos.slice(0, 8).flatMap(video => {
      const title = catalogue.has(video.video_id)
        ? catalogue.title(video.video_id)
        : video.title || video.video_id;
      return [
        links.video(video.video_id, title),
        bar(video.plays / most),
        element('span', {class: 'num'}, `${number(video.plays)} · ${number(video.likes)}`),
      ];
    }),
  );
  if (!now.top_videos.length)
    $('#top-videos').replaceChildren(
      element('p', {class: 'dim'}, t('Ще нічого не дивилися.', 'Nothing watched yet.')),
    );
}
