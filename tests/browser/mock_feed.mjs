// The stand-in's half for viewers: who they are, their acts and lists, comments, and the demo's switch.
//
// What a test may set on `world`: `tokens` (viewers need a token), `refuse` (a function of a request to
// {status, detail, headers} or nothing), `crowd` (there is a demo to switch).
import crypto from 'node:crypto';
import {body, json, keep, problem, send, stream} from './mock_http.mjs';

const WEIGHTS = {video_liked: 3, comment_posted: 2, video_played: 0.4, video_disliked: -5, video_unliked: -3};
const FLAGS = {
  video_shown: 'shown',
  video_played: 'played',
  video_liked: 'liked',
  comment_posted: 'commented',
  video_disliked: 'disliked',
};

export const feedWorld = () => ({
  users: new Map(),
  listeners: new Map(),
  talks: new Map(),
  readers: new Map(),
  seen: new Set(),
  events: [],
  tokens: false,
  refuse: null,
  crowd: true,
  attack: null, // the newest: {since, over}
});

// True if the request was one of these.
export async function feedRoute(world, url, request, response) {
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
  response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
  response.setHeader('Access-Control-Allow-Credentials', 'true'); // of a beacon
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  if (request.method === 'OPTIONS') return done(response.writeHead(204).end());
  const refused = world.refuse?.(request, url);
  if (refused) return done(problem(response, refused.status, 'Refused', refused.detail, refused.headers));
  const parts = url.pathname.split('/').map(decodeURIComponent);
  if (parts[1] !== 'v1') return false;
  const [, , kind, id, what, live] = parts;
  if (kind === 'viewers') return done(newViewer(world, await body(request), request, response));
  if (kind === 'events' && !id) return done(takeEvents(world, await body(request), request, url, response));
  if (kind === 'users' && what !== 'explain')
    return done(ofViewer(world, id, what, live, request, url, response));
  if (kind === 'videos') return done(ofVideo(world, id, what, live, response));
  if (kind === 'demo') return done(demo(world, id, await body(request), response));
  return false;
}

const done = () => true;

/* ---- who ---- */

export function viewer(world, id) {
  if (!world.users.has(id))
    world.users.set(id, {taste: {}, recent: new Map(), counts: {}, last: null, offset: 0, because: null});
  return world.users.get(id);
}

const tokenOf = id => `t.${id}.${crypto.createHash('sha256').update(id).digest('hex').slice(0, 8)}`;

function newViewer(world, text, request, response) {
  const wanted = text ? JSON.parse(text).user_id : undefined;
  if (wanted && request.headers.authorization !== `Bearer ${tokenOf(wanted)}`)
    return problem(response, 401, 'Unauthorized', 'The token is not this viewer’s.');
  const id = wanted ?? `g-${crypto.randomBytes(6).toString('hex')}`;
  return json(response, 201, {
    user_id: id,
    token: world.tokens ? tokenOf(id) : null,
    expires_at: world.tokens ? new Date(Date.now() + 30 * 86_400_000).toISOString() : null,
  });
}

// Whether the request may act as the viewer; answered if not.
function allowed(world, id, request, url, response) {
  if (!world.tokens) return true;
  const token = request.headers.authorization?.replace('Bearer ', '') ?? url.searchParams.get('token');
  if (token === tokenOf(id)) return true;
  const known = token?.startsWith('t.') && token === tokenOf(token.split('.')[1]);
  if (known) problem(response, 403, 'Forbidden', 'The token is another viewer’s.');
  else problem(response, 401, 'Unauthorized', 'There is no token, or it is none of this server.');
  return false;
}

function ofViewer(world, id, what, live, request, url, response) {
  if (!allowed(world, id, request, url, response)) return undefined;
  if (what === 'recommendations' && live) return listen(world, id, response);
  if (what === 'recommendations') return json(response, 200, recommend(world, id));
  if (!world.users.get(id)?.last) return problem(response, 404, 'Not found', 'Nobody has this name.');
  return json(response, 200, describe(world, id));
}

function describe(world, id) {
  const user = viewer(world, id);
  const count = type => user.counts[type] ?? 0;
  return {
    user_id: id,
    profile: null,
    version: 0,
    segment: '',
    events: Object.values(user.counts).reduce((a, b) => a + b, 0),
    plays: count('video_played'),
    long_watches: Math.floor(count('video_played') / 2),
    skips: 0,
    likes: count('video_liked') - count('video_unliked'),
    comments: count('comment_posted'),
    taken_back: 0,
    quarantined_until: null,
    last_event: {partition: 3, offset: user.offset, occurred_at: iso(user.last.occurred_at)},
    recent: [...user.recent.values()].sort((a, b) => b.at.localeCompare(a.at)),
  };
}

const iso = time => new Date(time).toISOString();

/* ---- acts ---- */

function takeEvents(world, text, request, url, response) {
  const events = [].concat(JSON.parse(text));
  if (!events.every(event => !event.user_id || allowed(world, event.user_id, request, url, response))) return;
  const changed = new Set();
  const results = events.map((event, index) => {
    const bad = ['event_id', 'type', 'occurred_at', 'user_id', 'video_id'].find(
      field => event[field] === undefined,
    );
    if (bad) {
      world.refused += 1;
      return {line: index + 1, status: 'dead_letter', reason: `missing ${bad}`};
    }
    if (!world.seen.has(event.event_id)) {
      world.seen.add(event.event_id);
      world.events.push(event);
      act(world, event);
      changed.add(event.user_id);
    }
    return {line: index + 1, status: 'accepted', partition: 3, offset: world.events.length};
  });
  const accepted = results.filter(result => result.status === 'accepted').length;
  world.accepted += accepted;
  json(response, accepted ? 202 : 422, {accepted, dead_letters: results.length - accepted, results});
  setTimeout(() => changed.forEach(id => push(world, id)), 40);
}

function act(world, event) {
  const user = viewer(world, event.user_id);
  const topic = world.videos.find(video => video.video_id === event.video_id)?.tags[0];
  user.taste[topic] = (user.taste[topic] ?? 0) + (WEIGHTS[event.type] ?? 0);
  user.counts[event.type] = (user.counts[event.type] ?? 0) + 1;
  remember(user, event);
  if (WEIGHTS[event.type] > 0) user.because = event.video_id;
  user.last = event;
  user.offset = world.events.length;
  if (event.type === 'comment_posted')
    comment(world, event.video_id, event.comment_id, event.user_id, event.text);
}

function remember(user, event) {
  const row = user.recent.get(event.video_id) ?? {video_id: event.video_id, plays: 0, acts: []};
  row.at = iso(event.occurred_at);
  if (event.type === 'video_played') row.plays += 1;
  const flag = FLAGS[event.type];
  if (flag && !row.acts.includes(flag)) row.acts.push(flag);
  if (event.type === 'video_unliked') row.acts = row.acts.filter(name => name !== 'liked');
  user.recent.set(event.video_id, row);
}

/* ---- lists ---- */

export function recommend(world, id) {
  const user = viewer(world, id);
  const score = (video, index) => (user.taste[video.tags[0]] ?? 0) - index / 20;
  const ranked = world.videos
    .map((video, index) => ({video, score: score(video, index)}))
    .filter(({video}) => !user.recent.get(video.video_id)?.plays)
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
      occurred_at: iso(user.last?.occurred_at ?? 0),
      epoch: world.epoch,
      computed_at: iso(Date.now()),
    },
    videos: world.empty
      ? []
      : ranked.map(({video, score: value}, rank) => ({
          video_id: video.video_id,
          rank: rank + 1,
          score: value,
          propensity: 1,
          ...source(user, video, rank),
        })),
  };
}

function source(user, video, rank) {
  if ((user.taste[video.tags[0]] ?? 0) > 0.5)
    return rank % 4 === 3
      ? {source: 'same_topic', because: user.because}
      : {source: 'cowatch', because: user.because};
  return {
    source: ['popular', 'popular', 'new', 'same_author', 'segment_popular', 'exploration'][rank % 6],
    because: '',
  };
}

function listen(world, id, response) {
  stream(response);
  if (!world.listeners.has(id)) world.listeners.set(id, new Set());
  keep(world.listeners.get(id), response);
  send(response, 'recommendations', recommend(world, id));
}

function push(world, id) {
  for (const response of world.listeners.get(id) ?? [])
    send(response, 'recommendations', recommend(world, id));
}

/* ---- videos and what is said about them ---- */

function ofVideo(world, id, what, live, response) {
  if (!id) return json(response, 200, {videos: world.videos, next: null});
  const video = world.videos.find(other => other.video_id === id);
  if (!video) return problem(response, 404, 'Not found', 'There is no video of this id.');
  if (what === 'comments' && live) {
    stream(response);
    if (!world.readers.has(id)) world.readers.set(id, new Set());
    return keep(world.readers.get(id), response);
  }
  if (what === 'comments')
    return json(response, 200, {video_id: id, comments: [...(world.talks.get(id) ?? [])].reverse()});
  const {duration_ms: _, ...metadata} = video;
  const place = world.videos.indexOf(video);
  return json(response, 200, {
    video_id: id,
    metadata,
    version: 1,
    impressions: 9000,
    plays: 6000,
    long_watches: 2100,
    skips: 900,
    likes: 2319 - place * 31,
    comments: (world.talks.get(id) ?? []).length,
    neighbours: 20,
    introduction: null,
  });
}

// Says something about a video, as somebody else does unless `userId` is a viewer of the page.
export function comment(world, videoId, commentId, userId, text) {
  const author = crypto.createHash('sha256').update(userId).digest('hex').slice(0, 8);
  const said = {comment_id: commentId, author, text, occurred_at: iso(Date.now())};
  world.talks.set(videoId, [...(world.talks.get(videoId) ?? []), said].slice(-50));
  for (const response of world.readers.get(videoId) ?? []) send(response, 'comment', said);
}

/* ---- the demo's switch ---- */

function demo(world, action, text, response) {
  if (!world.crowd) return problem(response, 404, 'Not found', 'There is no crowd.');
  const on = action === 'attack' && JSON.parse(text).on;
  if (on && world.attack?.over !== null) world.attack = {since: Date.now(), over: null};
  else if (action === 'attack' && !on && world.attack) world.attack.over ??= Date.now();
  const running = world.attack?.over === null;
  const subject = world.videos[3].video_id;
  return json(response, action === 'attack' ? 202 : 200, {
    crowd: true,
    attack: running,
    attack_kind: world.attack ? 'like-burst' : null,
    rate: 20,
    video_id: world.attack ? subject : null,
    alert: alarm(world.attack, subject),
  });
}

// Raised after a while, resolved a while after the attack.
function alarm(attack, subject) {
  const at = attack && attack.since + 600;
  if (!attack || (attack.over ?? Date.now()) < at) return null;
  const resolved = attack.over !== null && Date.now() > attack.over + 1500;
  return {
    kind: 'like_burst',
    subject,
    state: resolved ? 'resolved' : 'firing',
    at: iso(resolved ? attack.over + 1500 : at),
  };
}
