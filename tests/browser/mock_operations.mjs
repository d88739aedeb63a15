// The stand-in's half for operators: figures, alerts and what is done about them, the tail and one event's trace,
// dead letters and sending them again, questions to the store.
//
// What a test may set on `world`: `key` (operators need it), `keyless` (nobody may come in), `elsewhere` (nothing is
// computed here), `trouble`, `behind` (of partition 5), `strange` (a viewer whose likes come into the tail as
// suspicious), `figures` (in place of those of the push), `past` (in place of series of the history: name -> value of
// how many seconds ago).
import {refusal} from './mock_access.mjs';
import {recommend} from './mock_feed.mjs';
import {body, json, keep, problem, send, stream} from './mock_http.mjs';
import {history, stats} from './mock_stats.mjs';

const ADMIN = /^\/v1\/(stats|alerts|query|dead-letters|events\/\d)/;
const TYPES = [
  'video_played',
  'video_shown',
  'video_played',
  'video_liked',
  'comment_posted',
  'video_played',
];
const KNOWN = [...TYPES, 'video_disliked', 'video_unliked', 'video_shared', 'author_followed'];
const LETTERS_A_PAGE = 7; // of how many are asked for: the answer was cut, as if they were large
const iso = time => new Date(time).toISOString();

export const operationsWorld = () => ({
  watchers: new Set(),
  alerts: [],
  letters: firstLetters(),
  traced: new Map(),
  key: null,
  keyless: false,
  elsewhere: false,
  figures: {},
  past: {},
  trouble: '',
  behind: 43,
  strange: null,
  down: false,
  started: Date.now(),
  age: 97e6,
  counted: 41e6,
  remembers: Date.now() - 6 * 3_600_000,
  offset: 48_000,
});

// True if the request was one of these.
export async function operationsRoute(world, url, request, response) {
  const {pathname} = url;
  const refused = ADMIN.test(pathname) && refusal(world, request.headers.authorization);
  if (refused) {
    problem(response, ...refused);
    return true;
  }
  if (world.elsewhere && ADMIN.test(pathname)) {
    problem(response, 404, 'This server (potik front) only takes events in and gives lists out.');
    return true;
  }
  const found = ROUTES.find(([way, method]) => method === request.method && way.test(pathname));
  if (!found) return false;
  const ids = pathname.match(found[0]).slice(1).map(decodeURIComponent);
  if (found[3] && !(await found[3](request))) return false;
  await found[2]({world, url, request, response, ids});
  return true;
}

const ROUTES = [
  [/^\/v1\/stats\/stream$/, 'GET', ({world, response}) => watch(world, response)],
  [
    /^\/v1\/stats\/history$/,
    'GET',
    ({world, url, response}) => json(response, 200, history(world, Number(url.searchParams.get('seconds')))),
  ],
  [/^\/v1\/alerts$/, 'GET', alerts],
  [/^\/v1\/alerts\/(\w+)\/(acknowledge|mute)$/, 'POST', attend],
  [/^\/v1\/alerts\/(\w+)\/(acknowledge|mute)$/, 'DELETE', attend],
  [
    /^\/v1\/query$/,
    'POST',
    async ({world, request, response}) => query(world, JSON.parse(await body(request)).sql, response),
  ],
  [/^\/v1\/events\/(\d+)\/(\d+)$/, 'GET', trace],
  [/^\/v1\/events$/, 'POST', takeLines, isForUs],
  [/^\/v1\/videos\/([^/]+)$/, 'GET', video],
  [/^\/v1\/videos\/([^/]+)\/similar$/, 'GET', similar],
  [/^\/mock\/attack$/, 'POST', ({world, response}) => (raiseAlert(world), json(response, 202, {}))],
];

/* ---- the push ---- */

function watch(world, response) {
  stream(response);
  keep(world.watchers, response);
  send(response, 'stats', stats(world));
}

export function sendStats(world) {
  if (world.down) return;
  world.epoch += 80;
  const tail = makeTail(world);
  for (const response of world.watchers) {
    send(response, 'stats', stats(world));
    send(response, 'tail', tail);
  }
}

// As if the process had been stopped and started: nothing answers for a while, then the counters begin at zero.
export function restart(world, server, downMs) {
  world.down = true;
  server.closeAllConnections();
  setTimeout(
    () =>
      Object.assign(world, {
        down: false,
        started: Date.now(),
        age: 0,
        counted: 0,
        accepted: 0,
        remembers: Date.now(),
      }),
    downMs,
  );
}

/* ---- events ---- */

function makeEvent(world, i, suspicious) {
  const now = Date.now();
  const offset = (world.offset += 1);
  const taken = now - 300 + i * 20;
  const stages = {
    appended_at: iso(taken),
    opened_at: iso(taken + 3),
    computed_at: iso(taken + 8),
    published_at: iso(taken + 12 + (i % 4)),
  };
  return {
    event_id: `e-${offset}`,
    type: suspicious ? 'video_liked' : TYPES[offset % TYPES.length],
    user_id: suspicious ? world.strange : `g-${(offset * 7919).toString(16).padStart(12, '0')}`,
    video_id: world.videos[suspicious ? 3 : offset % world.videos.length].video_id,
    partition: offset % 8,
    offset,
    occurred_at: iso(taken - 20),
    suspicious,
    verdicts: suspicious ? ['like_burst'] : [],
    epoch: world.epoch,
    p_long_watch: suspicious ? null : 0.42,
    ms: 12 + (i % 4),
    stages,
  };
}

function makeTail(world) {
  const events = Array.from({length: 6}, (_, i) => makeEvent(world, i, Boolean(world.strange) && i === 2));
  for (const event of events) world.traced.set(`${event.partition}/${event.offset}`, {event, asked: 0});
  while (world.traced.size > 600) world.traced.delete(world.traced.keys().next().value);
  return {seen: 11_651, events};
}

// The store has the event when it is asked for the second time.
function trace({world, response, ids}) {
  const found = world.traced.get(ids.join('/'));
  if (!found) return problem(response, 404, 'Not found', 'The log does not hold such an offset.');
  const {event} = found;
  found.asked += 1;
  const stored = found.asked > 1;
  const before = recommend(world, event.user_id)
    .videos.slice(0, 10)
    .map(({video_id: id, source, score}) => ({video_id: id, source, score}));
  const after = [
    before[3],
    before[0],
    {video_id: world.videos[40].video_id, source: 'cowatch', score: 1.9},
    before[1],
    before[2],
    ...before.slice(5),
  ];
  return json(response, 200, {
    raw: JSON.stringify({
      event_id: event.event_id,
      type: event.type,
      occurred_at: event.occurred_at,
      user_id: event.user_id,
      video_id: event.video_id,
      watch_ms: 17_250,
    }),
    tail: event,
    enriched: stored
      ? {
          event_id: event.event_id,
          type: event.type,
          user_events: 14,
          video_title: world.videos[1].title,
          video_tags: ['fractals'],
          late: false,
          text: null,
        }
      : null,
    scored:
      event.p_long_watch === null
        ? null
        : {p_long_watch: 0.42, p_like: 0.11, p_comment: 0.02, p_skip: 0.2, model_version: world.epoch},
    changed: {before, after, epoch: event.epoch},
    stored,
  });
}

/* ---- dead letters ---- */

function letter(offset, reason, bytes, field = '', detail = 'Use a type from the list.') {
  const at = Date.now() - (100 - offset) * 1000;
  return {partition: 2, offset, appended_at: iso(at), reason, field, detail, ...bytes};
}

const event = (id, more) => ({
  text: JSON.stringify({
    event_id: id,
    type: 'video_liked',
    occurred_at: iso(Date.now()),
    user_id: 'u-88',
    video_id: 'v-1',
    ...more,
  }),
});

function firstLetters() {
  const wrong = Array.from({length: 11}, (_, i) =>
    letter(10 + i, 'unknown_type', event(`e-wrong-${i}`, {type: 'video_saved'}), 'type'),
  );
  const ahead = Array.from({length: 4}, (_, i) =>
    letter(
      30 + i,
      'time_ahead',
      event(`e-ahead-${i}`, {occurred_at: '2231-01-01T00:00:00Z'}),
      'occurred_at',
      'Set the producer’s clock right.',
    ),
  );
  const broken = letter(
    40,
    'malformed_json',
    {text: '{"event_id":"e-77","type":"vi'},
    '',
    'Send exactly one JSON value.',
  );
  const bytes = letter(
    41,
    'malformed_json',
    {base64: Buffer.from([0xff, 0xfe, 0x7b, 0x0a, 0x7d]).toString('base64')},
    '',
    'Send exactly one JSON value.',
  );
  return [...wrong, ...ahead, broken, bytes];
}

function faultOf(line) {
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return ['malformed_json', ''];
  }
  const missing = ['event_id', 'type', 'occurred_at', 'user_id', 'video_id'].find(
    field => value[field] === undefined,
  );
  if (missing) return ['missing_field', missing];
  if (!KNOWN.includes(value.type)) return ['unknown_type', 'type'];
  return Date.parse(value.occurred_at) > Date.now() + 300_000 ? ['time_ahead', 'occurred_at'] : null;
}

const isLines = request => request.headers['content-type']?.includes('ndjson') ?? false;

// Lines, and what is no JSON at all: pages of viewers send neither.
async function isForUs(request) {
  if (isLines(request)) return true;
  try {
    JSON.parse(await body(request));
    return false;
  } catch {
    return true;
  }
}

async function takeLines({world, request, response}) {
  const text = await body(request);
  const results = (isLines(request) ? text.split('\n') : [text]).map((line, i) => {
    const offset = (world.offset += 1);
    const fault = faultOf(line);
    if (!fault) return {line: i + 1, status: 'accepted', partition: 3, offset};
    const [reason, field] = fault;
    world.letters.push(letter(offset, reason, {text: line}, field));
    return {
      line: i + 1,
      status: 'dead_letter',
      reason,
      field,
      detail: 'Use a type from the list.',
      partition: 3,
      offset,
    };
  });
  const accepted = results.filter(result => result.status === 'accepted').length;
  world.accepted += accepted;
  return json(response, accepted ? 202 : 422, {accepted, dead_letters: results.length - accepted, results});
}

/* ---- videos ---- */

function video({world, response, ids}) {
  const found = world.videos.find(one => one.video_id === ids[0]);
  if (!found) return problem(response, 404, 'Not found', 'There is no video of this id.');
  return json(response, 200, {
    video_id: ids[0],
    metadata: found,
    version: 1,
    impressions: 812,
    plays: 640,
    long_watches: 260,
    skips: 90,
    likes: 71,
    comments: 12,
    neighbours: 4,
    introduction: null,
  });
}

function similar({world, response, ids}) {
  const others = world.videos.filter(one => one.video_id !== ids[0]).slice(0, 4);
  return json(response, 200, {
    video_id: ids[0],
    videos: others.map((one, i) => ({video_id: one.video_id, score: 0.4 / (i + 1)})),
  });
}

/* ---- alerts ---- */

// Newest first, as the server gives them.
function alerts({world, url, response}) {
  const state = url.searchParams.get('state');
  const found = world.alerts.filter(alert => !state || alert.state === state);
  return json(response, 200, {alerts: found.slice(0, Number(url.searchParams.get('limit') ?? 100))});
}

// To all who listen, as the newest of all or, of one known already, in its place.
export function notify(world, alert) {
  const known = world.alerts.findIndex(one => one.id === alert.id);
  if (known >= 0) world.alerts[known] = alert;
  else world.alerts.unshift(alert);
  for (const response of world.watchers) send(response, 'alert', alert);
}

async function attend({world, request, response, ids}) {
  const alert = world.alerts.find(one => one.id === ids[0]);
  if (!alert) return problem(response, 404, 'Not found', 'There is no alert of this id.');
  const on = request.method === 'POST';
  const wanted = on ? JSON.parse((await body(request)) || '{}') : {};
  if (ids[1] === 'acknowledge') alert.acknowledged_at = on ? iso(Date.now()) : null;
  else alert.muted_until = on ? iso(Date.now() + wanted.for_s * 1000) : null;
  for (const reader of world.watchers) send(reader, 'alert', alert);
  return json(response, 200, alert);
}

export function raiseAlert(world) {
  const at = new Date().toISOString();
  const subject = world.videos[3].video_id;
  const alert = {
    id: `${Date.now().toString(16)}`.padStart(32, '0'),
    kind: 'like_burst',
    subject_type: 'video',
    subject,
    state: 'firing',
    started_at: at,
    at,
    observed: 1240,
    baseline: 0.4,
    threshold: 12,
    unit: 'likes/s',
    distinct_users: 300,
    acknowledged_at: null,
    muted_until: null,
    folded: 3,
    samples: ['e-1', 'e-2', 'e-3'],
    summary: `1240 likes/s on ${subject} by 300 viewers, where 0.4 are usual.`,
    action: 'Learning is not affected. If it lasts, limit the source at the gateway.',
  };
  notify(world, alert);
}

/* ---- the store ---- */

function reasons(world) {
  const groups = new Map();
  for (const one of world.letters) groups.set(one.reason, [...(groups.get(one.reason) ?? []), one]);
  return [...groups]
    .map(([reason, all]) => [
      reason,
      all.length,
      all
        .map(one => one.appended_at)
        .sort()
        .at(-1)
        .replace('T', ' ')
        .replace('Z', ''),
      Math.min(...all.map(one => Date.parse(one.appended_at))),
    ])
    .sort((a, b) => b[1] - a[1]);
}

const base64Of = one => one.base64 ?? Buffer.from(one.text).toString('base64');

// The letters of one reason older than a place, newest first.
function lettersOf(world, sql) {
  const [, reason] = /where reason = '(\w+)'/.exec(sql);
  const [, at, partition, offset] = /< \((\d+)::BIGINT, (\d+)::BIGINT, (\d+)::BIGINT\)/.exec(sql) ?? [];
  const limit = Math.min(LETTERS_A_PAGE, Number(/limit (\d+)/.exec(sql)[1]));
  const placeOf = one => [Date.parse(one.appended_at), one.partition, one.offset];
  const after = (a, b) => a.map((value, i) => value - b[i]).find(Boolean) ?? 0;
  const found = world.letters
    .filter(one => one.reason === reason)
    .filter(one => !at || after(placeOf(one), [at, partition, offset].map(Number)) < 0)
    .sort((a, b) => after(placeOf(b), placeOf(a)));
  const rows = found.slice(0, limit).map(one => [...placeOf(one), one.field, base64Of(one)]);
  return {rows, truncated: rows.length < found.length};
}

function byMinute() {
  const minute = i =>
    iso(Math.floor(Date.now() / 60_000) * 60_000 - i * 60_000)
      .replace('T', ' ')
      .slice(0, 19);
  return Array.from({length: 30}, (_, i) => [minute(i), 40_000 + 3000 * Math.sin(i / 3), 310 + i]);
}

function answerOf(world, sql) {
  const table = (columns, rows) => ({
    columns: columns.map(([name, type]) => ({name, type})),
    rows,
    truncated: false,
    elapsed_ms: 4.2,
  });
  if (/from dead_letters where reason/.test(sql))
    return {
      ...table(
        [
          ['epoch_ms(appended_at)', 'BIGINT'],
          ['partition', 'UINTEGER'],
          ['offset', 'BIGINT'],
          ['field', 'VARCHAR'],
          ['to_base64(bytes)', 'VARCHAR'],
        ],
        [],
      ),
      ...lettersOf(world, sql),
    };
  if (/from dead_letters/i.test(sql))
    return table(
      [
        ['reason', 'VARCHAR'],
        ['letters', 'BIGINT'],
        ['last', 'TIMESTAMP_MS'],
        ['first', 'BIGINT'],
      ],
      reasons(world),
    );
  if (/date_trunc\('minute'/i.test(sql))
    return table(
      [
        ['minute', 'TIMESTAMP'],
        ['events', 'DOUBLE'],
        ['suspicious', 'BIGINT'],
      ],
      byMinute(),
    );
  const rows = world.videos
    .slice(0, 6)
    .map((one, i) => [one.title, Math.round(18402 / (i + 1)), 0.93 - i * 0.07]);
  return table(
    [
      ['video_title', 'VARCHAR'],
      ['plays', 'BIGINT'],
      ['watch_fraction', 'DOUBLE'],
    ],
    rows,
  );
}

function query(world, sql, response) {
  if (!/^\s*(select|with)/i.test(sql))
    return problem(response, 400, 'Not a query', 'Only SELECT and WITH are taken.');
  return json(response, 200, answerOf(world, sql));
}
