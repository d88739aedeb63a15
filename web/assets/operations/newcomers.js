// New videos: how far the introduction of each is, and how it was liked.

import {element} from '../dom.js';
import {clock, number, span, t} from '../language.js';
import {bar} from './vitals.js';

const percent = value => `${number(100 * value)} %`;

function title(video, catalogue) {
  return catalogue.has(video.video_id) ? catalogue.title(video.video_id) : video.title || video.video_id;
}

// Until when, or how long it took.
function state(video) {
  const took = () => span((Date.parse(video.ended_at) - Date.parse(video.started_at)) / 1000);
  switch (video.state) {
    case 'running': {
      const until = clock(video.deadline_at);
      return t(`до ${until}`, `until ${until}`);
    }
    case 'reached':
      return t(`досягнуто за ${took()}`, `reached in ${took()}`);
    case 'missed':
      return t(
        `▲ не встигло; усіх показів було ${number(video.impressions_of_all)}`,
        `▲ missed; of all videos ${number(video.impressions_of_all)} shown`,
      );
    default:
      return t('вилучено', 'withdrawn');
  }
}

// How far behind or ahead, in impressions.
function schedule(video) {
  if (video.state !== 'running') return '–';
  const behind = Math.round(video.due - video.impressions);
  if (behind > 0) return t(`відстає на ${number(behind)}`, `${number(behind)} behind`);
  return t('за графіком', 'on time');
}

function row(video, catalogue, links) {
  const known = video.impressions > 0;
  return element(
    'tr',
    {'data-state': video.state},
    element(
      'th',
      {scope: 'row', class: 'name', title: video.video_id},
      links.video(video.video_id, title(video, catalogue)),
    ),
    element(
      'td',
      {},
      bar(Math.min(video.impressions / video.target, 1)),
      element('span', {class: 'num'}, `${number(video.impressions)} / ${number(video.target)}`),
    ),
    element('td', {class: 'num'}, schedule(video)),
    element(
      'td',
      {class: 'num'},
      known ? `${percent(video.rate)} (${percent(video.rate_low)} – ${percent(video.rate_high)})` : '–',
    ),
    element('td', {class: 'num'}, known ? percent(video.mean_prediction) : '–'),
    element('td', {class: video.state === 'missed' ? 'hotrow' : ''}, state(video)),
  );
}

export function showNewcomers(table, count, now, catalogue, links) {
  const {running, waiting, reached, missed, videos} = now.newcomers;
  const words = t(
    `знайомимо ${number(running)} · чекають ${number(waiting)} · досягли ${number(reached)} · не встигли ${number(missed)}`,
    `introducing ${number(running)} · waiting ${number(waiting)} · reached ${number(reached)} · missed ${number(missed)}`,
  );
  if (count.textContent !== words) count.textContent = words;
  table.replaceChildren(
    ...(videos.length
      ? videos.map(video => row(video, catalogue, links))
      : [
          element(
            'tr',
            {},
            element(
              'td',
              {colspan: 6, class: 'dim'},
              t('Нових відео ще не було.', 'There were no new videos yet.'),
            ),
          ),
        ]),
  );
}
