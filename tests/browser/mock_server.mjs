// A stand-in for the server, so that the pages can be tested without it: serves web/ and a demo catalogue, and
// answers the API with lists that follow the acts it is sent. Standard library only.
//
//   node mock_server.mjs DEMO_FOLDER [PORT]        prints its address
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const WEB = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../web');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.jpg': 'image/jpeg',
};
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

export function startMock(demo, port = 0) {
  const world = makeWorld(demo);
  const server = http.createServer((request, response) =>
    route(world, request, response).catch(error => {
      response.writeHead(500).end(String(error));
    }),
  );
  const timers = [setInterval(() => sendStats(world), 1000)];
  return new Promise(resolve =>
    server.listen(port, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        world,
        attack: () => raiseAlert(world),
        close: () => {
          timers.forEach(clearInterval);
          server.closeAllConnections();
          server.close();
        },
      }),
    ),
  );
}

function makeWorld(demo) {
  const lines = fs.readFileSync(path.join(demo, 'videos.ndjson'), 'utf8').trim().split('\n');
  return {
    demo,
    videos: lines.map(JSON.parse),
    users: new Map(),
    listeners: new Map(),
    watchers: new Set(),
    alerts: [],
    events: [],
    seen: new Set(),
    accepted: 0,
    refused: 0,
    epoch: 90000,
    started: Date.now(),
  };
}

async function route(world, request, response) {
  const url = new URL(request.url, 'http://mock');
  const user = url.pathname.match(/^\/v1\/users\/([^/]+)\/recommendations(\/stream)?$/);
  if (user && user[2]) return listen(world, decodeURIComponent(user[1]), response);
  if (user) return json(response, 200, recommend(world, decodeURIComponent(user[1])));
  const pair = url.pathname.match(/^\/v1\/users\/([^/]+)\/explain\/([^/]+)$/);
  if (pair) return explain(world, ...pair.slice(1).map(decodeURIComponent), response);
  switch (url.pathname) {
    case '/v1/videos':
      return json(response, 200, {videos: world.videos, next: null});
    case '/v1/events':
      return takeEvents(world, JSON.parse(await body(request)), response);
    case '/v1/stats/stream':
      return watch(world, response);
    case '/v1/alerts':
      return json(response, 200, {alerts: world.alerts});
    case '/v1/query':
      return query(world, JSON.parse(await body(request)).sql, response);
    case '/mock/attack':
      raiseAlert(world);
      return json(response, 202, {});
    default:
      return file(world, url.pathname, request, response);
  }
}

function json(response, status, value) {
  response.writeHead(status, {'Content-Type': 'application/json'}).end(JSON.stringify(value));
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function file(world, name, request, response) {
  const places = {'/': '/feed.html', '/ops': '/operations.html'};
  const local = path.normalize(places[name] ?? name);
  const full = local.startsWith('/media/')
    ? path.join(world.demo, local.slice('/media'.length))
    : path.join(WEB, local);
  if (!fs.existsSync(full) || !fs.statSync(full).isFile()) return response.writeHead(404).end();
  const size = fs.statSync(full).size;
  const headers = {
    'Content-Type': TYPES[path.extname(full)] ?? 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    'Content-Security-Policy': POLICY,
    'Cache-Control': 'no-store',
  };
  const range = request.headers.range?.match(/^bytes=(\d+)-(\d*)$/);
  const from = range ? Number(range[1]) : 0;
  const to = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  if (range) headers['Content-Range'] = `bytes ${from}-${to}/${size}`;
  response.writeHead(range ? 206 : 200, {...headers, 'Content-Length': to - from + 1});
  fs.createReadStream(full, {start: from, end: to}).pipe(response);
}

/* ---- viewers ---- */

function viewer(world, id) {
  if (!world.users.has(id))
    world.users.set(id, {taste: {}, seen: new Set(), last: null, offset: 0, because: null});
  return world.users.get(id);
}

const WEIGHTS = {video_liked: 3, comment_posted: 2, video_played: 0.4, video_disliked: -5, video_unliked: -3};

function takeEvents(world, events, response) {
  const changed = new Set();
  const results = [].concat(events).map((event, index) => {
    const bad = ['event_id', 'type', 'occurred_at', 'user_id', 'video_id'].find(
      field => event[field] === undefined,
    );
    if (bad) {
      world.refused += 1;
      return {index, status: 'dead_letter', reason: `missing ${bad}`};
    }
    if (!world.seen.has(event.event_id)) {
      world.seen.add(event.event_id);
      world.events.push(event);
      act(world, event);
      changed.add(event.user_id);
    }
    return {index, status: 'accepted', partition: 3, offset: world.events.length};
  });
  world.accepted += results.length;
  json(response, 202, {accepted: results.length, dead_letters: 0, results});
  setTimeout(() => changed.forEach(id => push(world, id)), 40);
}

function act(world, event) {
  const user = viewer(world, event.user_id);
  const topic = world.videos.find(video => video.video_id === event.video_id)?.tags[0];
  user.taste[topic] = (user.taste[topic] ?? 0) + (WEIGHTS[event.type] ?? 0);
  if (event.type === 'video_played') user.seen.add(event.video_id);
  if (WEIGHTS[event.type] > 0) user.because = event.video_id;
  user.last = event;
  user.offset = world.events.length;
}

function recommend(world, id) {
  const user = viewer(world, id);
  const score = (video, index) => (user.taste[video.tags[0]] ?? 0) - index / 20;
  const ranked = world.videos
    .map((video, index) => ({video, score: score(video, index)}))
    .filter(({video}) => !user.seen.has(video.video_id))
    .sort((a, b) => b.score - a.score)
    .slice(0, 20);
  world.epoch += 1;
  return {
    request_id: `r-${world.epoch}`,
    user_id: id,
    known_user: user.last !== null,
    cached: false,
    model_version: world.epoch - 1,
    receipt: {
      partition: 3,
      offset: user.last ? user.offset : null,
      occurred_at: new Date(user.last?.occurred_at ?? 0).toISOString(),
      epoch: world.epoch,
      computed_at: new Date().toISOString(),
    },
    videos: ranked.map(({video, score: value}, rank) => ({
      video_id: video.video_id,
      rank,
      score: value,
      propensity: 1,
      ...source(user, video, rank),
    })),
  };
}

function explain(world, userId, videoId, response) {
  if (!world.videos.some(video => video.video_id === videoId)) {
    response.writeHead(404, {'Content-Type': 'application/problem+json'});
    return response.end(
      JSON.stringify({
        type: 'about:blank',
        title: 'Not found',
        status: 404,
        detail: 'There is no video of this id.',
      }),
    );
  }
  const {known_user: known, videos} = recommend(world, userId);
  const row = videos.find(video => video.video_id === videoId);
  const watched = viewer(world, userId).seen.has(videoId);
  const outcome = watched ? 'filtered' : row ? 'listed' : 'outranked';
  const part = (name, input, weight, product) => ({name, input, weight, product});
  return json(response, 200, {
    user_id: userId,
    video_id: videoId,
    known_user: known,
    model_version: world.epoch,
    limit: 20,
    outcome,
    filters: watched ? ['watched'] : [],
    rank: row ? row.rank + 1 : null,
    propensity: row ? 1 : null,
    explored: false,
    repeats: false,
    utility: row?.score ?? -3,
    last_utility: videos.at(-1)?.score ?? null,
    standing: row ? row.rank + 1 : 31,
    candidates: world.videos.length,
    named: world.videos.length,
    sources: row ? [{source: row.source, place: row.rank + 1, strength: null, because: row.because || null}] : [],
    blend: -4.2,
    blend_parts: [
      part('factors', 0.4, 0.9, -0.8),
      part('watched', 0.02, 0.7, -2.7),
      part('prior', -1.5, 1, -1.5),
      part('softmax', 1.8, 0.45, 0.8),
    ],
    cut: null,
    merits: [part('expected_value', 0.6, 0.2, -0.1), part('taste', 0.2, 3, 0.6)],
    heads: ['long_watch', 'like', 'comment', 'share', 'follow', 'skip', 'dislike', 'positive'].map((head, i) => ({
      head,
      probability: 0.4 / (i + 1),
      weight: i === 7 ? 0 : 1,
    })),
    head: 'long_watch',
    features: ['bias', 'surface', 'video', 'author'].map((feature, i) => ({
      feature,
      value: 1,
      weight: 0.5 - i * 0.3,
      product: 0.5 - i * 0.3,
    })),
  });
}

function source(user, video, rank) {
  if ((user.taste[video.tags[0]] ?? 0) > 0.5) {
    return rank % 4 === 3
      ? {source: 'same_topic', because: user.because}
      : {source: 'cowatch', because: user.because};
  }
  return {
    source: ['popular', 'popular', 'new', 'same_author', 'segment_popular', 'exploration'][rank % 6],
    because: '',
  };
}

function listen(world, id, response) {
  stream(response);
  if (!world.listeners.has(id)) world.listeners.set(id, new Set());
  world.listeners.get(id).add(response);
  response.on('close', () => world.listeners.get(id).delete(response));
}

function push(world, id) {
  for (const response of world.listeners.get(id) ?? [])
    send(response, 'recommendations', recommend(world, id));
}

function stream(response) {
  response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store'});
  response.write(': open\n\n');
}

const send = (response, name, value) => response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);

/* ---- operations ---- */

function watch(world, response) {
  stream(response);
  world.watchers.add(response);
  response.on('close', () => world.watchers.delete(response));
  send(response, 'stats', stats(world));
}

function sendStats(world) {
  world.epoch += 80;
  for (const response of world.watchers) send(response, 'stats', stats(world));
}

function stats(world) {
  const now = Date.now();
  const sway = (period, phase) => Math.sin(now / period + phase) + 0.4 * Math.sin((now / period) * 3.1);
  const busy = 11600 + 900 * sway(9000, 0) + 300 * Math.random();
  return {
    uptime_ms: now - world.started + 97e6,
    epoch: world.epoch,
    events: 41e6 + world.accepted,
    accepted: 41e6 + world.accepted,
    duplicates: 1204,
    dead_letters: 17 + world.refused,
    suspicious: 310,
    lists: 812400,
    lag: Math.max(0, Math.round(90 + 60 * sway(4000, 1))),
    events_per_second: busy,
    latency_p50_ms: 5.6 + 0.5 * sway(5000, 2),
    latency_p99_ms: 21 + 4 * sway(7000, 3),
    cache_hits: 976000 + world.epoch,
    cache_misses: 23100,
    alerts_firing: world.alerts.filter(alert => alert.state === 'firing').length,
    stored_epoch: world.epoch - 2,
    listeners: 212,
    memory: [
      ['viewers', 1.42, 2],
      ['videos', 0.71, 1],
      ['store', 0.22, 0.5],
      ['epochs', 0.12, 0.25],
      ['cache', 0.22, 0.25],
    ].map(([component, bytes, limit]) => ({component, bytes: bytes * 2 ** 30, limit_bytes: limit * 2 ** 30})),
    heads: ['long_watch', 'like', 'comment', 'skip'].flatMap((head, i) =>
      ['short', 'long'].map(horizon => ({
        head,
        horizon,
        exposures: head === 'comment' ? 0 : 8000,
        predicted: 0.32 / (i + 1),
        rate: 0.31 / (i + 1),
        log_loss: 0.53,
        auc: head === 'comment' ? null : 0.75 + 0.01 * sway(5000, i),
      })),
    ),
    sources: ['cowatch', 'taste', 'exploration', 'elsewhere', 'new'].map((source, i) => ({
      source,
      horizon: 'long',
      exposures: source === 'new' ? 0 : 4000 / (i + 1),
      hits: source === 'new' ? 0 : 1600 / (i + 1) ** 2,
    })),
    top_videos: world.videos
      .slice(0, 8)
      .map((video, i) => ({
        video_id: video.video_id,
        title: video.title,
        plays: Math.round(18400 / (i + 1) + sway(3000, i) * 20),
        likes: Math.round(2300 / (i + 1)),
      })),
    newcomers: {
      running: 2,
      waiting: 31,
      reached: 118,
      missed: 1,
      videos: [
        newcomer(world, 0, 'running', {impressions: 74, due: 96.4}),
        newcomer(world, 1, 'running', {impressions: 131, due: 130.2}),
        newcomer(world, 2, 'reached', {impressions: 200, due: 200}),
        newcomer(world, 3, 'missed', {impressions: 12, due: 200}),
      ],
    },
  };
}

function newcomer(world, i, state, figures) {
  const video = world.videos.at(-1 - i);
  const started = Date.now() - 1.8e6 * (i + 1);
  const date = time => new Date(time).toISOString();
  const over = state !== 'running';
  const positives = Math.round(figures.impressions * 0.4);
  return {
    video_id: video.video_id,
    title: video.title,
    state,
    target: 200,
    ...figures,
    positives,
    rate: positives / figures.impressions,
    rate_low: 0.31,
    rate_high: 0.49,
    mean_prediction: 0.38,
    impressions_of_all: 41200,
    announced_at: date(started - 4e5),
    started_at: date(started),
    deadline_at: date(started + 3.6e6),
    ended_at: over ? date(started + 2.7e6) : null,
  };
}

function raiseAlert(world) {
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
    folded: 3,
    samples: ['e-1', 'e-2', 'e-3'],
    summary: `1240 likes/s on ${subject} by 300 viewers, where 0.4 are usual.`,
    action: 'Learning is not affected. If it lasts, limit the source at the gateway.',
  };
  world.alerts = [alert, ...world.alerts].slice(0, 20);
  for (const response of world.watchers) send(response, 'alert', alert);
}

function query(world, sql, response) {
  if (!/^\s*(select|with)/i.test(sql)) {
    response.writeHead(400, {'Content-Type': 'application/problem+json'});
    return response.end(
      JSON.stringify({
        type: 'about:blank',
        title: 'Not a query',
        status: 400,
        detail: 'Only SELECT and WITH are taken.',
      }),
    );
  }
  const rows = world.videos
    .slice(0, 6)
    .map((video, i) => [video.title, Math.round(18402 / (i + 1)), 0.93 - i * 0.07]);
  return json(response, 200, {
    columns: [
      {name: 'video_title', type: 'VARCHAR'},
      {name: 'plays', type: 'BIGINT'},
      {name: 'watch_fraction', type: 'DOUBLE'},
    ],
    rows,
    truncated: false,
    elapsed_ms: 4.2,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [demo, port] = process.argv.slice(2);
  if (!demo) {
    console.error('usage: node mock_server.mjs DEMO_FOLDER [PORT]; tools/make-demo draws such a folder');
    process.exit(2);
  }
  const mock = await startMock(demo, Number(port ?? 0));
  console.log(mock.url);
}
