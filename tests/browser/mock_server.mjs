// A stand-in for the server, so that the pages can be tested without it: serves web/ and a demo catalogue, and
// answers the API with lists that follow the acts it is sent. Standard library only.
//
//   node mock_server.mjs DEMO_FOLDER [PORT]        prints its address
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {feedRoute, feedWorld, recommend, viewer} from './mock_feed.mjs';
import {json, problem} from './mock_http.mjs';
import {operationsRoute, operationsWorld, raiseAlert, restart, sendStats} from './mock_operations.mjs';

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
        restart: downMs => restart(world, server, downMs),
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
    accepted: 0,
    refused: 0,
    epoch: 90000,
    ...feedWorld(),
    ...operationsWorld(),
  };
}

async function route(world, request, response) {
  if (world.down) return request.socket.destroy();
  const url = new URL(request.url, 'http://mock');
  if (await operationsRoute(world, url, request, response)) return undefined;
  if (await feedRoute(world, url, request, response)) return undefined;
  const pair = url.pathname.match(/^\/v1\/users\/([^/]+)\/explain\/([^/]+)$/);
  if (pair) return explain(world, ...pair.slice(1).map(decodeURIComponent), response);
  return file(world, url.pathname, request, response);
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
    rank: row ? row.rank : null,
    propensity: row ? 1 : null,
    explored: false,
    repeats: false,
    utility: row?.score ?? -3,
    last_utility: videos.at(-1)?.score ?? null,
    standing: row ? row.rank : 31,
    candidates: world.videos.length,
    named: world.videos.length,
    sources: row
      ? [{source: row.source, place: row.rank, strength: null, because: row.because || null}]
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
    features: ['bias', 'surface', 'this video', 'author'].map((feature, i) => ({
      feature,
      value: 1,
      weight: 0.5 - i * 0.3,
      product: 0.5 - i * 0.3,
    })),
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
