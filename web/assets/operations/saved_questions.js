// Questions to the store: those that come with the page, in both languages, and one's own, kept in this browser.

import {keep, kept} from '../kept.js';

const KEY = 'potik.questions';
const OWN_MAX = 50;
export const NAME_MAX = 80;

export const BUILT_IN = [
  {
    uk: 'Що додивляються',
    en: 'Watched to the end',
    sql: `select video_id, any_value(video_title) as title, count(*) as plays,
       avg(watch_fraction) as watched
from events
where type = 'video_played' and not suspicious
group by video_id having count(*) >= 3
order by watched desc limit 10`,
  },
  {
    uk: 'Хто під підозрою',
    en: 'Who is under suspicion',
    sql: `select user_id, count(*) as events, count(distinct video_id) as videos,
       any_value(verdict) as verdict
from events where suspicious
group by user_id order by events desc limit 20`,
  },
  {
    uk: 'Що сталося щойно',
    en: 'What has just happened',
    sql: `select occurred_at, type, user_id, video_title, watch_ms
from events order by occurred_at desc limit 20`,
  },
  {
    uk: 'Події за типом',
    en: 'Events by type',
    sql: `select type, count(*) as events, count(distinct user_id) as viewers,
       count(*) filter (where suspicious) as suspicious
from events group by type order by events desc`,
  },
  {
    uk: 'Події за хвилинами',
    en: 'Events by the minute',
    chart: 'line',
    sql: `select date_trunc('minute', occurred_at) as minute, count(*) as events,
       count(*) filter (where suspicious) as suspicious
from events where not history
group by minute order by minute desc limit 120`,
  },
  {
    uk: 'Списки за джерелом',
    en: 'Lists by source',
    chart: 'bars',
    sql: `select source, count(*) as places, avg(score) as score
from recommendation_items group by source order by places desc`,
  },
  {
    uk: 'Передбачене і справжнє за годинами',
    en: 'Predicted and seen by the hour',
    chart: 'line',
    sql: `select date_trunc('hour', occurred_at) as hour, avg(p_long_watch) as predicted,
       avg((watch_fraction > 0.5)::int) as seen
from events
where type = 'video_played' and p_long_watch is not null and not history
group by hour order by hour`,
  },
  {
    uk: 'Відкладені за причиною',
    en: 'Dead letters by reason',
    chart: 'bars',
    sql: `select reason, count(*) as letters, max(appended_at) as last
from dead_letters group by reason order by letters desc`,
  },
  {
    uk: 'Тривоги за видом',
    en: 'Alerts by kind',
    chart: 'bars',
    sql: `select kind, count(distinct alert_id) as alerts, max(changed_at) as last
from alerts group by kind order by alerts desc`,
  },
];

export class OwnQuestions {
  constructor(storage = {getItem: kept, setItem: keep}) {
    this.storage = storage;
  }

  all() {
    try {
      const list = JSON.parse(this.storage.getItem(KEY));
      return Array.isArray(list)
        ? list.filter(one => typeof one?.name === 'string' && typeof one?.sql === 'string').slice(0, OWN_MAX)
        : [];
    } catch {
      return []; // unreadable: as if nothing had been kept
    }
  }

  keep(list) {
    this.storage.setItem(KEY, JSON.stringify(list.slice(0, OWN_MAX)));
  }

  // A question of the same name is replaced.
  add(name, sql, chart) {
    this.keep([...this.all().filter(one => one.name !== name), {name, sql, chart}]);
  }

  rename(from, to) {
    this.keep(
      this.all()
        .filter(one => one.name === from || one.name !== to)
        .map(one => (one.name === from ? {...one, name: to} : one)),
    );
  }

  remove(name) {
    this.keep(this.all().filter(one => one.name !== name));
  }
}
