// The operator's page: figures once a second, alerts as they come, questions to the store.

import {Alerts} from './alerts.js';
import {Catalogue} from './catalogue.js';
import {$, element} from './dom.js';
import {bindKeys, showKeys} from './keys.js';
import {applyLanguage, bindLanguageButtons, clock, number, onLanguage, span, t} from './language.js';
import {LiveChart} from './live_chart.js';
import {showMarks} from './mark.js';
import {showQuality} from './quality.js';
import {showNewcomers} from './newcomers.js';
import {SqlBox} from './sql.js';
import {Stream} from './stream.js';
import {bindThemeButtons} from './theme.js';
import {bar, gibibytes, showVitals} from './vitals.js';
import {Why} from './why.js';

const HISTORY_MAX = 180;
const STALE_MS = 4000;

const history = [];
const charts = {events: new LiveChart($('#chart-events')), latency: new LiveChart($('#chart-latency'))};
let live = true;
let connected = false;
let last = 0;

const catalogue = new Catalogue();
const sql = new SqlBox();
const why = new Why(catalogue);
const alerts = new Alerts(
  $('#alert-list'),
  () => history.length && showVitals($('#vitals'), history, alerts.unattended()),
  question => sql.ask(question),
);

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
  http: 'з’єднання',
};

function showMemory(now) {
  const used = now.memory.reduce((sum, line) => sum + line.bytes, 0);
  $('#memory-sum').textContent = gibibytes(used).join(' ');
  $('#memory').replaceChildren(
    ...now.memory.flatMap(line => {
      const share = line.limit_bytes ? line.bytes / line.limit_bytes : 0;
      const hot = share > 0.9 ? 'hotrow' : '';
      const limit = line.limit_bytes ? ` / ${gibibytes(line.limit_bytes).join(' ')}` : '';
      return [
        element('span', {class: hot}, t(MEMORY[line.component] ?? line.component, line.component)),
        bar(share, hot),
        element('span', {class: `num ${hot}`}, `${hot && '▲ '}${gibibytes(line.bytes).join(' ')}${limit}`),
      ];
    }),
  );
}

function showTop(now) {
  const most = Math.max(1, ...now.top_videos.map(video => video.plays));
  $('#top-videos').replaceChildren(
    ...now.top_videos
      .slice(0, 8)
      .flatMap(video => [
        element(
          'span',
          {class: 'name', title: video.video_id},
          catalogue.has(video.video_id) ? catalogue.title(video.video_id) : video.title || video.video_id,
        ),
        bar(video.plays / most),
        element('span', {class: 'num'}, `${number(video.plays)} · ${number(video.likes)}`),
      ]),
  );
  if (!now.top_videos.length)
    $('#top-videos').replaceChildren(
      element('p', {class: 'dim'}, t('Ще нічого не дивилися.', 'Nothing watched yet.')),
    );
}

function showCharts() {
  const values = field => history.map(stats => stats[field]);
  charts.events.draw(
    [{name: t('оброблено', 'processed'), values: values('events_per_second')}],
    value => number(value),
    10,
  );
  charts.latency.draw(
    [
      {name: 'p99', values: values('latency_p99_ms'), second: true},
      {name: 'p50', values: values('latency_p50_ms')},
    ],
    value => number(value, 1),
    10,
  );
  const now = history.at(-1);
  $('#chart-events').setAttribute(
    'aria-label',
    t(
      `Події за секунду, зараз ${number(now.events_per_second)}`,
      `Events a second, now ${number(now.events_per_second)}`,
    ),
  );
  $('#chart-latency').setAttribute(
    'aria-label',
    t(
      `Затримка, зараз p50 ${number(now.latency_p50_ms, 1)} мс, p99 ${number(now.latency_p99_ms, 1)} мс`,
      `Latency, now p50 ${number(now.latency_p50_ms, 1)} ms, p99 ${number(now.latency_p99_ms, 1)} ms`,
    ),
  );
}

function show() {
  const now = history.at(-1);
  if (!now) return;
  $('#epoch').textContent = number(now.epoch);
  $('#uptime').textContent = span(now.uptime_ms / 1000);
  showVitals($('#vitals'), history, alerts.unattended());
  showCharts();
  showTop(now);
  showMemory(now);
  showQuality(now);
  showNewcomers($('#newcomers'), $('#newcomers-count'), now, catalogue);
}

function take(stats) {
  last = Date.now();
  showLive();
  // A restarted server counts from zero: the old figures say nothing about it.
  if (stats.uptime_ms < (history.at(-1)?.uptime_ms ?? 0)) history.length = 0;
  history.push(stats);
  if (history.length > HISTORY_MAX) history.shift();
  if (live) show();
}

function showLive() {
  const fresh = connected && Date.now() - last < STALE_MS;
  const words = !live
    ? t('на паузі', 'paused')
    : fresh
      ? t('наживо', 'live')
      : connected
        ? t('чекаємо на дані', 'waiting for data')
        : t('зв’язок утрачено, під’єднуємося', 'connection lost, reconnecting');
  const node = $('#live');
  if (node.textContent !== words) node.textContent = words;
  node.classList.toggle('lost', live && !fresh);
  $('#clock').textContent = clock(Date.now());
}

function setLive(on) {
  live = on;
  $('#pause').setAttribute('aria-pressed', String(!on));
  showLive();
  if (on) show();
}

function connection(state) {
  // Notices sent while the connection was lost are in the list.
  if (state === 'open' && !connected) alerts.load();
  connected = state === 'open';
  showLive();
}

onLanguage(() => {
  document.title = t('потік: робота системи', 'potik: operations');
  showMarks();
  alerts.show();
  sql.showSaved();
  sql.show();
  why.show();
  show();
  showLive();
  showKeys($('#key-list'), [
    ['J K', t('Наступна, попередня тривога', 'Next, previous alert')],
    ['A', t('Прийняти', 'Acknowledge')],
    [t('Пробіл', 'Space'), t('Пауза й далі наживо', 'Pause and resume')],
    ['/', t('Запит до сховища', 'Ask the store')],
    ['Ctrl+↵', t('Виконати запит', 'Run the query')],
    ['?', t('Ця підказка', 'This help')],
  ]);
});

$('#pause').addEventListener('click', () => setLive(!live));
$('[data-help]').addEventListener('click', () => $('#help').showModal());
bindKeys(
  {
    KeyJ: () => alerts.step(1),
    KeyK: () => alerts.step(-1),
    KeyA: () => alerts.acknowledgeFocused(),
    Space: () => setLive(!live),
    Slash: event => (event.shiftKey ? $('#help').showModal() : $('#sql-text').focus()),
  },
  {},
);
addEventListener('resize', () => history.length && showCharts());
bindThemeButtons();
bindLanguageButtons();
applyLanguage();
setInterval(showLive, 1000);
// Only for titles in the other language: without it the figures come with the authors' own.
catalogue.load().then(show, () => {});
new Stream('/v1/stats/stream', {stats: take, alert: notice => alerts.take(notice)}, connection);
