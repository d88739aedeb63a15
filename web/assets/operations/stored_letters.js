// Dead letters as the store holds them: how many of each reason, and those of one reason by pages, newest first.

import {t} from '../language.js';
import {post} from './ask.js';

// What each reason is called, and what to do about it.
const REASONS = {
  malformed_json: [
    'Зламаний JSON',
    'Broken JSON',
    'надсилайте рівно один об’єкт JSON в UTF-8 на подію.',
    'send exactly one JSON object in UTF-8 for each event.',
  ],
  not_an_object: [
    'Не об’єкт',
    'Not an object',
    'надсилайте подію як {"event_id": …, …}.',
    'send an event as {"event_id": …, …}.',
  ],
  missing_field: ['Бракує поля', 'A field is missing', 'додайте обов’язкове поле.', 'add the required field.'],
  wrong_type: [
    'Поле іншого типу',
    'A field of another type',
    'надсилайте тип, якого вимагає формат.',
    'send the type that the format asks for.',
  ],
  empty_field: [
    'Порожнє поле',
    'An empty field',
    'заповніть його або, якщо воно не обов’язкове, приберіть.',
    'give it content, or leave it out if it is optional.',
  ],
  too_long: [
    'Задовге',
    'Too long',
    'вкоротіть: поле чи документ довші або глибші за межу.',
    'shorten it: the field or the document is longer or deeper than its limit.',
  ],
  out_of_range: [
    'Число поза межами',
    'A number out of range',
    'перевірте одиниці: час — у мілісекундах.',
    'check its unit: times are in milliseconds.',
  ],
  bad_time: [
    'Незрозумілий час',
    'No readable time',
    'надсилайте RFC 3339 із поясом або мілісекунди Unix.',
    'send RFC 3339 with a zone, or Unix milliseconds.',
  ],
  time_ahead: [
    'Час із майбутнього',
    'Time from the future',
    'налаштуйте годинник виробника: час понад п’ять хвилин попереду.',
    'set the producer’s clock right: the time lies more than five minutes ahead.',
  ],
  unknown_type: [
    'Невідомий тип',
    'Unknown type',
    'візьміть один із типів формату.',
    'use one of the types of the format.',
  ],
  duplicate_field: ['Поле двічі', 'A field twice', 'надсилайте його один раз.', 'send it once.'],
  id_mismatch: [
    'Різні номери',
    'Ids differ',
    'зробіть номер у документі таким, як у запиті, або приберіть його.',
    'make the id in the document that of the request, or leave it out.',
  ],
  no_room: [
    'Немає місця',
    'No room',
    'збільште model.videos_max і почніть нову теку даних.',
    'raise model.videos_max and begin a new data directory.',
  ],
};

export const reasonName = reason => (REASONS[reason] ? t(...REASONS[reason]) : reason);
export const adviceOf = reason => (REASONS[reason] ? t(...REASONS[reason].slice(2)) : '');

const BY_REASON = `select reason, count(*) as letters, max(appended_at) as last,
epoch_ms(min(appended_at)) as first from dead_letters group by reason order by letters desc`;

export async function countLetters() {
  const {rows} = await post('/v1/query', {sql: BY_REASON});
  return rows.map(([reason, count, last, first]) => ({
    reason,
    count: Number(count),
    last,
    first: Number(first),
  }));
}

// before: [appended_at in ms, partition, offset] of the last one of the page before.
function pageQuery(reason, before, limit) {
  const place = 'epoch_ms(appended_at)::BIGINT, partition::BIGINT, "offset"::BIGINT';
  const older = before
    ? ` and (${place}) < (${before.map(number => `${Number(number)}::BIGINT`).join(', ')})`
    : '';
  return `select epoch_ms(appended_at), partition, "offset", field, to_base64(bytes) from dead_letters where reason = '${reason.replaceAll("'", "''")}'${older} order by 1 desc, 2 desc, 3 desc limit ${limit}`;
}

// Text where the bytes are text, as a person reads and edits it; else their base64.
function content(base64) {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  try {
    return {text: new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)};
  } catch {
    return {base64};
  }
}

// {letters, next}: next is null where there are no more. The store may answer with fewer, if they are large.
export async function pageOfLetters(reason, before, limit) {
  const {rows, truncated} = await post('/v1/query', {sql: pageQuery(reason, before, limit)});
  const letters = rows.map(([at, partition, offset, field, base64]) => ({
    at: Number(at),
    partition: Number(partition),
    offset: Number(offset),
    reason,
    field: field ?? '',
    ...content(base64),
  }));
  const more = rows.length > 0 && (truncated || rows.length === limit);
  return {letters, next: more ? rows.at(-1).slice(0, 3).map(Number) : null};
}
