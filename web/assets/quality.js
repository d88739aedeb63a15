// How good predictions and lists have been lately: what was promised beside what came of it, and hits by source.

import {$, element} from './dom.js';
import {number, t} from './language.js';
import {bar} from './vitals.js';
import {HEADS, SOURCES, word} from './words.js';

const of = (lines, horizon) => lines.filter(line => line.horizon === horizon);
const share = value => `${number(value * 100, 1)} %`;

function headRow(long, short) {
  const area = line => (line === undefined || line.auc === null ? '–' : number(line.auc, 3));
  const known = long.exposures >= 1;
  return element(
    'tr',
    {},
    element('td', {}, word(HEADS, long.head)),
    ...[area(short), area(long), known ? share(long.predicted) : '–', known ? share(long.rate) : '–'].map(text =>
      element('td', {class: 'num'}, text),
    ),
  );
}

function headTable(heads) {
  const columns = [
    t('прогноз', 'prediction'),
    t('AUC за годину', 'AUC, an hour'),
    t('AUC за тиждень', 'AUC, a week'),
    t('обіцяно', 'promised'),
    t('сталося', 'came true'),
  ];
  const short = of(heads, 'short');
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...columns.map((name, i) => element('th', {class: i ? 'num' : ''}, name)))),
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

export function showQuality(stats) {
  const {heads = [], sources = []} = stats;
  const judged = heads.some(line => line.exposures >= 1);
  $('#quality').replaceChildren(
    judged
      ? element('div', {class: 'scroll'}, headTable(heads))
      : element('p', {class: 'dim'}, t('Ще нічого не показували.', 'Nothing was shown yet.')),
  );
  $('#hits').replaceChildren(...hitRows(sources));
}
