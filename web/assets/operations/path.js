// The path of an event as a diagram: rates on the edges, what each part holds, and in yellow the traced event.

import {$, calm, element} from '../dom.js';
import {number, t} from '../language.js';
import {GOALS, listening, over} from './vitals.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 140;
const DOTS_APART = 16; // as the style sheet says
const TICK_MS = 100; // an animation of the browser's own would paint the diagram sixty times a second, all day

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// x, y, height of each part; the place of its yellow mark where it can have one.
const PARTS = {
  page: [0, 62, 66, [100, 56]],
  log: [212, 62, 66, [312, 56]],
  processing: [424, 62, 66, [524, 56]],
  enrichment: [636, 62, 66],
  model: [848, 62, 66, [948, 56]],
  store: [1060, 2, 52, [1160, -3]],
  cache: [1060, 74, 52, [1160, 70]],
  monitor: [1060, 150, 52],
  api: [1260, 62, 66],
  letters: [212, 150, 52],
};

// The way, where its rate is written, and which figure that is.
const EDGES = {
  page_log: ['M134 95H210', [172, 84]],
  log_processing: ['M346 95H422', [384, 84]],
  processing_enrichment: ['M558 95H634', [596, 84]],
  enrichment_model: ['M770 95H846', [808, 84]],
  model_store: ['M982 84H1020V28H1056', [986, 24]],
  model_cache: ['M982 100H1056', [1018, 122]],
  cache_api: ['M1192 100H1264', [1228, 88]],
  api_page: ['M1334 130V214H66V132', [770, 206], 'soft'],
  processing_monitor: ['M490 130V176H1056', [770, 168], 'crit'],
  log_letters: ['M278 130V148', null, 'warn'],
};

const TITLES = {
  page: () => t('Сторінка', 'Frontend'),
  log: () => t('Журнал', 'Log'),
  processing: () => t('Обробка', 'Processing'),
  enrichment: () => t('Збагачення', 'Enrichment'),
  model: () => t('Модель', 'Model'),
  store: () => t('Сховище', 'Store'),
  cache: () => t('Кеш', 'Cache'),
  monitor: () => t('Монітор', 'Monitor'),
  api: () => 'API',
  letters: () => t('Відкладені', 'Dead letters'),
};

const rate = value =>
  value === undefined || value === null ? '' : number(value, value > 0 && value < 10 ? 1 : 0);

// Dots pass faster where more goes; none move where nothing does.
const seconds = value => (value > 0 ? Math.max(0.45, 2.6 - 0.5 * Math.log10(1 + value)) : 0);

function rates(now) {
  const learned = Math.max(0, now.events_per_second - (now.suspicious_per_second ?? 0));
  return {
    page_log: now.accepted_per_second ?? now.events_per_second,
    log_processing: now.events_per_second,
    processing_enrichment: now.events_per_second,
    enrichment_model: learned,
    model_store: now.store?.rows_per_second,
    model_cache: now.lists_per_second,
    cache_api: now.answers_per_second,
    api_page: now.listeners,
    processing_monitor: now.suspicious_per_second,
    log_letters: now.letters_lately,
  };
}

function edgeWords(name, value) {
  if (name === 'api_page')
    return t(
      `новий порядок: ${listening(value ?? 0)}`,
      `new order: ${listening(value ?? 0)}`,
    );
  if (name === 'processing_monitor')
    return t(
      `${rate(value ?? 0)}/с підозрілі: зберігаємо, не вчимося`,
      `${rate(value ?? 0)}/s suspicious: stored, not learned`,
    );
  return rate(value);
}

const ms = value => (value === undefined || value === null ? '–' : `${number(value, 1)} ${t('мс', 'ms')}`);

// Of each part two lines and its kind. open: alerts nobody attends to, null where none were heard of yet.
function words(now, open) {
  const epoch = now.epoch_ms ?? {};
  const urgent = open?.some(alert => alert.severity === 'crit');
  return {
    page: [
      t(`слухачів: ${number(now.listeners)}`, `listeners: ${number(now.listeners)}`),
      t(`відмов 429: ${number(now.refused ?? 0)}`, `refused 429: ${number(now.refused ?? 0)}`),
    ],
    log: [
      t(`розділів ${now.partitions?.length ?? '–'}`, `${now.partitions?.length ?? '–'} partitions`),
      t(`відставання ${number(now.lag)}`, `lag ${number(now.lag)}`),
      over(now.lag, GOALS.lag),
    ],
    processing: [
      t(`запис ${ms(epoch.journal_p99)}`, `journal ${ms(epoch.journal_p99)}`),
      t(`потоків ${now.threads ?? '–'}`, `${now.threads ?? '–'} threads`),
    ],
    enrichment: [
      t(`повторів ${number(now.duplicates)}`, `${number(now.duplicates)} repeats`),
      t(`підозрілих ${number(now.suspicious)}`, `${number(now.suspicious)} suspicious`),
    ],
    model: [
      t(`епоха ${ms(epoch.compute_p99)}`, `epoch ${ms(epoch.compute_p99)}`),
      t(`версія ${number(now.epoch)}`, `version ${number(now.epoch)}`),
    ],
    store: [
      t(`коміт ${ms(now.store?.commit_p99_ms)}`, `commit ${ms(now.store?.commit_p99_ms)}`),
      '',
      now.store?.failures ? 'warn' : '',
    ],
    cache: [
      `${now.hit_rate === null || now.hit_rate === undefined ? '–' : number(now.hit_rate * 100, 1)} % ${t('влучань', 'hits')}`,
    ],
    monitor: [
      open ? t(`відкритих: ${number(open.length)}`, `${number(open.length)} open`) : '–',
      '',
      urgent ? 'crit' : open?.length ? 'warn' : '',
    ],
    api: [
      t(`слухачів: ${number(now.listeners)}`, `listeners: ${number(now.listeners)}`),
      t(`списків ${number(now.lists)}`, `${number(now.lists)} lists`),
    ],
    letters: [
      number(now.dead_letters),
      '',
      now.letters_lately > 0 ? 'warn' : '',
    ],
  };
}

export class Path {
  constructor() {
    this.root = $('#pipe');
    this.parts = {};
    this.edges = {};
    this.trace = null;
    this.moving = true;
    setInterval(() => this.move(), TICK_MS);
    for (const [name, [way, place, kind = '']] of Object.entries(EDGES)) this.addEdge(name, way, place, kind);
    for (const [name, [x, y, height]] of Object.entries(PARTS)) this.addPart(name, x, y, height);
    this.marks = svg('g');
    this.root.append(this.marks);
  }

  addEdge(name, way, place, kind) {
    const dots = svg('path', {class: `d still ${kind}`, d: way});
    const text = place ? svg('text', {class: 'r', x: place[0], y: place[1]}) : null;
    this.root.append(svg('path', {class: 'e', d: way}), dots, ...(text ? [text] : []));
    this.edges[name] = {dots, text};
  }

  addPart(name, x, y, height) {
    const lines = [21, 40, 57].map((dy, i) => svg('text', {class: i ? '' : 't', x: x + 12, y: y + dy}));
    const group = svg(
      'g',
      {class: 'n', 'data-part': name},
      svg('rect', {x, y, width: WIDTH, height}),
      ...lines,
    );
    this.root.append(group);
    this.parts[name] = {group, lines};
  }

  // One step of the dots of every edge where something goes.
  move() {
    if (!this.moving || document.hidden || calm()) return;
    for (const {dots} of Object.values(this.edges)) {
      if (!dots.pace) continue;
      dots.way = ((dots.way ?? 0) + (DOTS_APART * TICK_MS) / 1000 / dots.pace) % DOTS_APART;
      dots.style.strokeDashoffset = (-dots.way).toFixed(1);
    }
  }

  show(now, open) {
    const speeds = rates(now);
    for (const [name, {dots, text}] of Object.entries(this.edges)) {
      const pace = seconds(speeds[name] ?? 0);
      dots.classList.toggle('still', pace === 0);
      dots.pace = pace;
      if (text) text.textContent = edgeWords(name, speeds[name]);
    }
    const all = words(now, open);
    for (const [name, {group, lines}] of Object.entries(this.parts)) {
      const [first, second = '', kind = ''] = all[name];
      [TITLES[name](), first, second].forEach((line, i) => {
        lines[i].textContent = line;
      });
      group.setAttribute('class', `n ${kind}`);
    }
    this.root.setAttribute('aria-label', this.summary(now, open));
  }

  showUnknown() {
    for (const [name, {lines}] of Object.entries(this.parts)) {
      lines[0].textContent = TITLES[name]();
      lines[1].textContent = '–';
    }
    this.root.setAttribute('aria-label', t('Показників ще немає', 'There are no figures yet'));
  }

  summary(now, open) {
    const events = number(now.events_per_second);
    const alerts = open ? number(open.length) : '–';
    return t(
      `Сторінка, журнал, обробка, збагачення, модель: ${events} подій за секунду; далі сховище, кеш і API; тривог ${alerts}, відкладених подій ${number(now.dead_letters)}`,
      `Frontend, log, processing, enrichment, model: ${events} events a second; then store, cache and API; ${alerts} alerts, ${number(now.dead_letters)} dead letters`,
    );
  }

  // trace: {label, marks: {part: ms after it was taken}, ms}, or null for none.
  showTrace(trace) {
    this.trace = trace;
    this.marks.replaceChildren();
    if (!trace) return $('#trace-note').replaceChildren();
    for (const [name, value] of Object.entries(trace.marks)) {
      const [x, y] = PARTS[name][3];
      const text = value === null ? '✓' : ms(value);
      this.marks.append(
        svg(
          'g',
          {class: 'tr', 'data-mark-of': name},
          svg('rect', {x: x - 32, y: y - 11, width: 64, height: 22, rx: 11}),
          svg('text', {x, y: y + 5}, text),
        ),
      );
    }
    $('#trace-note').replaceChildren(
      element('span', {class: 'dim'}, t('простежено', 'traced')),
      element('span', {class: 'mono'}, trace.label),
      trace.ms === null
        ? ''
        : element('b', {}, t(`${ms(trace.ms)} до нового порядку`, `${ms(trace.ms)} to the new order`)),
    );
    return undefined;
  }
}
