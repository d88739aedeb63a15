// How good predictions and lists have been lately: what was promised beside what came of it, and hits by source.

import {$, element} from '../dom.js';
import {number, t} from '../language.js';
import {bar} from './vitals.js';
import {HEADS, SOURCES, word} from './words.js';

// As those of the alert PotikQualityLow (deploy/prometheus/potik.rules.yml): hardly better than chance, and that
// is known only once enough was judged.
const AUC_LOW = 0.55;
const JUDGED_MIN = 5000;

const of = (lines, horizon) => lines.filter(line => line.horizon === horizon);
const share = value => `${number(value * 100, 1)} %`;

function headRow(long, short) {
  const area = line => (line === undefined || line.auc === null ? '–' : number(line.auc, 3));
  const known = long.exposures >= 1;
  return element(
    'tr',
    {},
    element('td', {}, word(HEADS, long.head)),
    ...[area(short), area(long), known ? share(long.predicted) : '–', known ? share(long.rate) : '–'].map(
      text => element('td', {class: 'num'}, text),
    ),
  );
}

function headTable(heads) {
  const columns = [
    t('прогноз', 'prediction'),
    t('година', 'hour'),
    t('тиждень', 'week'),
    t('обіцяно', 'promised'),
    t('сталося', 'came true'),
  ];
  const short = of(heads, 'short');
  return element(
    'table',
    {},
    element(
      'thead',
      {},
      element('tr', {}, ...columns.map((name, i) => element('th', {class: i ? 'num' : ''}, name))),
    ),
    element(
      'tbody',
      {},
      ...of(heads, 'long').map(long =>
        headRow(
          long,
          short.find(line => line.head === long.head),
        ),
      ),
    ),
  );
}

function hitRows(sources) {
  return of(sources, 'long')
    .filter(line => line.exposures >= 1)
    .sort((a, b) => b.hits / b.exposures - a.hits / a.exposures)
    .flatMap(line => [
      element('span', {class: 'name'}, word(SOURCES, line.source)),
      bar(line.hits / line.exposures),
      element(
        'span',
        {class: 'num'},
        `${share(line.hits / line.exposures)} ${t('із', 'of')} ${number(line.exposures)}`,
      ),
    ]);
}

const SVG = 'http://www.w3.org/2000/svg';
const SIDE = {width: 132, height: 92};

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// Promised beside what came true, a point for each prediction; on the diagonal promises are kept.
function calibration(heads) {
  const known = of(heads, 'long').filter(line => line.exposures >= 1);
  const most = Math.max(0.05, ...known.flatMap(line => [line.predicted, line.rate])) * 1.1;
  const {width, height} = SIDE;
  const root = shape('svg', {class: 'ch', viewBox: `-4 -4 ${width + 8} ${height + 8}`, role: 'img'});
  const off = Math.max(0, ...known.map(line => Math.abs(line.predicted - line.rate)));
  root.setAttribute(
    'aria-label',
    t(
      `Обіцяно проти того, що сталося; відхилення до ${share(off)}`,
      `Promised against what came true, off by at most ${share(off)}`,
    ),
  );
  root.append(
    shape('path', {class: 'ax', d: `M0 ${height}H${width}M0 ${height}V0`}),
    shape('path', {class: 'diagonal', d: `M0 ${height}L${width} 0`}),
  );
  for (const line of known) {
    const point = shape('circle', {
      cx: (line.predicted / most) * width,
      cy: height * (1 - line.rate / most),
      r: 3.4,
    });
    const title = shape('title', {});
    title.textContent = `${word(HEADS, line.head)}: ${share(line.predicted)} → ${share(line.rate)}`;
    point.append(title);
    root.append(point);
  }
  return root;
}

// The area under the curve of long watches, the longer horizon, as one figure.
function headline(heads) {
  const line = of(heads, 'long').find(one => one.head === 'long_watch');
  const auc = line?.auc ?? null;
  const low = auc !== null && auc < AUC_LOW && line.exposures > JUDGED_MIN;
  const limit = t(`нижче межі ${number(AUC_LOW, 2)}`, `below the limit ${number(AUC_LOW, 2)}`);
  $('#auc-now').classList.toggle('wrong', low);
  $('#auc-now').replaceChildren(
    ...(low ? [element('i', {class: 'sev warn', role: 'img', 'aria-label': limit, title: limit}), ' '] : []),
    auc === null ? '–' : number(auc, 3),
    ...(low ? [element('small', {}, limit)] : []),
  );
  const loss = line?.log_loss;
  $('#loss-now').textContent = loss === null || loss === undefined ? '–' : number(loss, 3);
}

export function showQuality(stats) {
  const {heads = [], sources = []} = stats;
  headline(heads);
  $('#calibration').replaceChildren(calibration(heads));
  const judged = heads.some(line => line.exposures >= 1);
  $('#quality').replaceChildren(
    judged
      ? element(
          'div',
          {
            class: 'scroll',
            tabindex: '0',
            role: 'group',
            'aria-label': t('Якість прогнозів', 'Quality of predictions'),
          },
          headTable(heads),
        )
      : element('p', {class: 'dim'}, t('Ще нічого не показували.', 'Nothing was shown yet.')),
  );
  $('#hits').replaceChildren(...hitRows(sources));
}
