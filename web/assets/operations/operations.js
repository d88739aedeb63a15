// The operator's page: one push once a second feeds the figures, the charts, the tail and the alerts.

import {Catalogue} from '../catalogue.js';
import {$, $$} from '../dom.js';
import {bindKeys, showKeys} from '../keys.js';
import {applyLanguage, bindLanguageButtons, clock, number, onLanguage, span, t} from '../language.js';
import {showMarks} from '../mark.js';
import {Stream} from '../stream.js';
import {bindThemeButtons} from '../theme.js';
import {Alerts} from './alerts.js';
import {headers, unlock} from './ask.js';
import {Charts, showMemory, showPartitions, showTop} from './charts.js';
import {Connection} from './connection.js';
import {DeadLetters} from './dead_letters.js';
import {History} from './history.js';
import {Inspector} from './inspector.js';
import {Links} from './links.js';
import {showNewcomers} from './newcomers.js';
import {Path} from './path.js';
import {showQuality} from './quality.js';
import {SqlBox} from './sql.js';
import {Tail} from './tail.js';
import {Trace} from './trace.js';
import {showUnknownVitals, showVitals} from './vitals.js';
import {Why} from './why.js';

const LETTERS_LATELY = 60; // points of the charts: a minute, or ten on the longer ranges

const history = new History();
const connection = new Connection();
const catalogue = new Catalogue();
const links = new Links();
const path = new Path();
const charts = new Charts();
const letters = new DeadLetters();
const sql = new SqlBox();
const why = new Why(catalogue);
const inspector = new Inspector(catalogue, why, links);
const alerts = new Alerts($('#alert-list'), showOpen, question => sql.ask(question), links);
const trace = new Trace(links, marked => path.showTrace(marked));
const tail = new Tail(links, event => trace.follow(event));
let now = null;
let live = true;
let attended = 0;

// What depends on which alerts are open.
function showOpen() {
  if (!now) return showUnknown();
  if (!live) return;
  const open = alerts.heard ? alerts.unattended() : null;
  attended = open?.length ?? 0;
  showVitals($('#vitals'), now, history.view(), open);
  path.show(now, open);
}

// Before the first figures nothing is known, and nothing is said to be well.
function showUnknown() {
  showUnknownVitals($('#vitals'));
  path.showUnknown();
}

function show() {
  if (!now) return;
  const view = history.view();
  $('#epoch').textContent = number(now.epoch);
  $('#version').textContent = number(now.epoch);
  $('#uptime').textContent = span(now.uptime_ms / 1000);
  $('#node').textContent = now.node ? `${t('вузол', 'node')} ${now.node} ·` : '';
  showTrouble();
  const lately =
    view
      .of('dead_letters')
      .slice(-LETTERS_LATELY)
      .find(value => value !== null) ?? now.dead_letters;
  now.letters_lately = Math.max(0, now.dead_letters - lately);
  showOpen();
  charts.draw(view);
  showPartitions(now);
  showMemory(now);
  showTop(now, catalogue, links);
  showQuality(now);
  showNewcomers($('#newcomers'), $('#newcomers-count'), now, catalogue, links);
}

function showTrouble() {
  const node = $('#trouble');
  const text = now.trouble ?? '';
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}

function take(stats) {
  const restarted = history.take(stats);
  stats.lists_per_second ??= history.rate('lists');
  if (restarted) connection.restarted(stats.uptime_ms);
  connection.heard();
  now = stats;
  letters.notice(stats.dead_letters);
  // Somebody else may have attended to one, or a mute has run out.
  const told = alerts.tell(stats.alerts_firing ?? 0);
  if (live && (told || alerts.unattended().length !== attended)) alerts.show();
  if (live) show();
}

function setLive(on) {
  live = on;
  connection.setLive(on);
  path.moving = on;
  $('#pause').setAttribute('aria-pressed', String(!on));
  if (on) {
    show();
    tail.show();
  }
}

// Notices and figures sent while the connection was lost are asked for.
function opened() {
  alerts.load();
  history.load().then(() => live && show());
}

async function choose(seconds) {
  for (const button of $$('[data-range]'))
    button.setAttribute('aria-pressed', String(Number(button.dataset.range) === seconds));
  await history.load(seconds);
  show();
}

// status: of the answer that ended an attempt, if there was one.
function state(value, status) {
  const refused = status === 401 || status === 403;
  const closed = status === 403 && !headers().Authorization;
  connection.take(value, refused ? (closed ? 'closed' : 'key') : null);
  if (value === 'open') {
    $('#key-open').hidden = true;
    opened();
  }
  if (status === 404) showElsewhere();
  if (refused && !push.dismissed) enter();
}

// A server in which nothing is computed has no figures: it is not asked again, and nothing that would show them is
// left standing empty.
function showElsewhere() {
  push.close();
  connection.none();
  for (const node of [...$('main.ops').children, $('#pause'), $('[data-range]').parentElement])
    node.hidden = node.id !== 'elsewhere';
}

// Once refused it is asked again only by the button, until a key is taken.
async function enter() {
  push.dismissed = true;
  if (!(await unlock())) return;
  push.dismissed = false;
  push.restart();
}

onLanguage(() => {
  document.title = t('потік: робота системи', 'potik: operations');
  showMarks();
  alerts.show();
  sql.showSaved();
  sql.show();
  inspector.show();
  letters.show();
  tail.showTypes();
  tail.show(true);
  trace.show();
  connection.show();
  show();
  showKeys($('#key-list'), [
    ['J K', t('Наступна, попередня тривога', 'Next, previous alert')],
    ['A', t('Прийняти', 'Acknowledge')],
    ['Z', t('Заглушити на 1 год', 'Mute for 1 h')],
    [t('Пробіл', 'Space'), t('Пауза й далі наживо', 'Pause and resume')],
    ['/', t('Запит до сховища', 'Ask the store')],
    ['Ctrl+↵', t('Виконати запит', 'Run the query')],
    ['?', t('Ця підказка', 'This help')],
  ]);
});

$('#pause').addEventListener('click', () => setLive(!live));
$('[data-help]').addEventListener('click', () => $('#help').showModal());
// No submit buttons: Enter in a field would press the first of them.
for (const button of $$('[data-close]'))
  button.addEventListener('click', () => button.closest('dialog').close());
$('#key-open').addEventListener('click', enter);
for (const button of $$('[data-range]'))
  button.addEventListener('click', () => choose(Number(button.dataset.range)));
bindKeys(
  {
    KeyJ: () => alerts.step(1),
    KeyK: () => alerts.step(-1),
    KeyA: () => alerts.acknowledge(alerts.focused()),
    KeyZ: () => alerts.mute(alerts.focused()),
    Space: () => setLive(!live),
    Slash: event => (event.shiftKey ? $('#help').showModal() : $('#sql-text').focus()),
  },
  {},
);
bindThemeButtons();
bindLanguageButtons();
for (const button of $$('[data-theme-choice]')) button.addEventListener('click', show);
applyLanguage();
setInterval(() => connection.show(), 1000);
// Only for titles in the other language: without it the figures come with the authors' own.
catalogue.load().then(show, () => {});
const push = new Stream(
  '/v1/stats/stream',
  {
    stats: take,
    alert: notice => alerts.take(notice),
    tail: events => {
      tail.take(events);
      if (live) tail.show();
    },
  },
  state,
  {headers},
);
