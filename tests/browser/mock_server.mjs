// A stand-in for the server, so that the pages can be tested without it: serves web/ and a demo catalogue, and
// answers the API with lists that follow the acts it is sent. Standard library only.
//
//   node mock_server.mjs DEMO_FOLDER [PORT]        prints its address
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {feedRoute, feedWorld, recommend, viewer} from './mock_feed.mjs';
import {body, json, keep, problem, send, stream} from './mock_http.mjs';

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
    watchers: new Set(),
    alerts: [],
    accepted: 0,
    refused: 0,
    epoch: 90000,
    started: Date.now(),
    ...feedWorld(),
  };
}

async function route(world, request, response) {
  const url = new URL(request.url, 'http://mock');
  if (await feedRoute(world, url, request, response)) return undefined;
  const pair = url.pathname.match(/^\/v1\/users\/([^/]+)\/explain\/([^/]+)$/);
  if (pair) return explain(world, ...pair.slice(1).map(decodeURIComponent), response);
  switch (url.pathname) {
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

/* ---- explanations ---- */

function explain(world, userId, videoId, response) {
  if (!world.videos.some(video => video.video_id === videoId))
    return problem(response, 404, 'Not found', 'There is no video of this id.');
  const {known_user: known, videos} = recommend(world, userId);
  const row = videos.find(video => video.video_id === videoId);
  const watched = viewer(world, userId).recent.get(videoId)?.plays > 0;
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
    sources: row
      ? [{source: row.source, place: row.rank + 1, strength: null, because: row.because || null}]
      : [],
    blend: -4.2,
    blend_parts: [
      part('factors', 0.4, 0.9, -0.8),
      part('watched', 0.02, 0.7, -2.7),
      part('prior', -1.5, 1, -1.5),
      part('softmax', 1.8, 0.45, 0.8),
    ],
    cut: null,
    merits: [part('expected_value', 0.6, 0.2, -0.1), part('taste', 0.2, 3, 0.6)],
    heads: ['long_watch', 'like', 'comment', 'share', 'follow', 'skip', 'dislike', 'positive'].map(
      (head, i) => ({
        head,
        probability: 0.4 / (i + 1),
        weight: i === 7 ? 0 : 1,
      }),
    ),
    head: 'long_watch',
    features: ['bias', 'surface', 'video', 'author'].map((feature, i) => ({
      feature,
      value: 1,
      weight: 0.5 - i * 0.3,
      product: 0.5 - i * 0.3,
    })),
  });
}

/* ---- operations ---- */

function watch(world, response) {
  stream(response);
  keep(world.watchers, response);
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
    top_videos: world.videos.slice(0, 8).map((video, i) => ({
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
  if (!/^\s*(select|with)/i.test(sql))
    return problem(response, 400, 'Not a query', 'Only SELECT and WITH are taken.');
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
