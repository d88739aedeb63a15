// potik.js: tells a Potik server what is watched, and follows what it recommends. No dependencies.
//
//   import {connect} from 'https://potik.example/assets/potik.js';
//   const potik = connect({url: 'https://potik.example'});
//   const watch = potik.watch(document.querySelector('video'), {videoId: 'clip-7'});
//   potik.liked('clip-7');
//   potik.onList(list => show(list.videos));
//   watch.finish(); // when another video takes its place
//
// Types stand in potik.d.ts, a guide in docs/potik-js.md; the parts in the folder potik/.

import {Identity} from './potik/identity.js';
import {randomId} from './potik/ids.js';
import {Outbox} from './potik/outbox.js';
import {Stream} from './potik/stream.js';
import {Watch} from './potik/watch.js';

const AWAY_MS = 30_000; // hidden for so long, a play is over
const PARTING_MS = 2000; // what an old viewer did may take so long to be sent before the new one begins

export {Stream};

export function connect(options = {}) {
  return new Potik(options);
}

// Some browsers throw at the mere question when a person has blocked storage.
function browserStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export class Potik {
  constructor({url = '', userId, token, surface = 'feed', storage = browserStorage(), ...listeners} = {}) {
    this.url = url.replace(/\/$/, '');
    this.surface = surface;
    this.storage = storage;
    this.session = randomId();
    for (const name of ['onWaiting', 'onRefused', 'onTold', 'onViewer'])
      this[name] = listeners[name] ?? (() => {});
    this.watches = new Set();
    this.streams = new Set();
    this.identity = new Identity(this, {userId, token});
    this.outbox = new Outbox(this, userId ?? '');
    this.listening = new AbortController();
    const options = {signal: this.listening.signal, capture: true};
    addEventListener('pagehide', () => this.leave(), options);
    addEventListener('online', () => this.flush(), options);
    document.addEventListener('visibilitychange', () => this.visibility(), options);
    this.identity.begin();
  }

  get userId() {
    return this.identity.now?.user_id ?? null;
  }
  get token() {
    return this.identity.now?.token ?? null;
  }
  get ready() {
    return this.identity.ready.then(() => ({userId: this.userId, token: this.token}));
  }

  /* ---- acts ---- */

  // place: a video's id, or {videoId, requestId, position, surface}.
  liked(place) {
    return this.tell('video_liked', place);
  }
  unliked(place) {
    return this.tell('video_unliked', place);
  }
  disliked(place) {
    return this.tell('video_disliked', place);
  }
  shared(place) {
    return this.tell('video_shared', place);
  }
  followed(place) {
    return this.tell('author_followed', place);
  }
  commented(place, text, commentId = randomId()) {
    return this.tell('comment_posted', place, {comment_id: commentId, text});
  }

  tell(type, place, fields = {}) {
    return this.send(this.event(type, place, fields));
  }

  event(type, place, fields, id = randomId()) {
    const {videoId, requestId, position, surface} = typeof place === 'string' ? {videoId: place} : place;
    return {
      event_id: id,
      type,
      occurred_at: Date.now(),
      user_id: this.userId ?? undefined, // not yet known: set before it is sent
      session_id: this.session,
      surface: surface ?? this.surface,
      video_id: videoId,
      ...(requestId ? {request_id: requestId} : {}),
      ...(Number.isInteger(position) ? {position} : {}),
      ...fields,
    };
  }

  send(event) {
    this.outbox.push(event);
    this.onTold(event);
    return event;
  }

  watch(video, place) {
    const watch = new Watch(this, video, typeof place === 'string' ? {videoId: place} : place);
    this.watches.add(watch);
    return watch;
  }

  /* ---- lists ---- */

  async recommendations({limit = 20, explain = true} = {}) {
    const answer = await this.request(id => `${listOf(id)}?limit=${limit}&explain=${explain}`);
    if (!answer.ok) throw Object.assign(new Error(`HTTP ${answer.status}`), {status: answer.status});
    return answer.json();
  }

  // The list now and after every act. Returns a function that ends it.
  onList(callback, {limit = 20, onState} = {}) {
    const path = id => `${listOf(id)}/stream?limit=${limit}&explain=true`;
    return this.stream(path, {recommendations: callback}, onState);
  }

  // Any stream of the server, as the viewer. path: text, or a function of the viewer's id.
  stream(path, handlers, onState = () => {}) {
    let used;
    let closed = false;
    let stream = null;
    const state = (now, status) => {
      if (status === 401) this.identity.renew(used).catch(() => {});
      onState(now, status);
    };
    const headers = () => {
      used = this.token;
      return this.identity.headers();
    };
    this.identity.ready.then(() => {
      if (closed) return;
      stream = new Stream(() => this.url + this.path(path), handlers, state, {headers});
      this.streams.add(stream);
    });
    return () => {
      closed = true;
      stream?.close();
      this.streams.delete(stream);
    };
  }

  /* ---- requests ---- */

  // fetch() as the viewer; after a 401 once more as the viewer that came of it.
  async request(path, init = {}) {
    await this.identity.ready;
    const used = this.token;
    const answer = await this.once(path, init);
    if (answer.status !== 401 || !(await this.identity.renew(used))) return answer;
    return this.once(path, init);
  }

  once(path, init) {
    const headers = {...init.headers, ...this.identity.headers()};
    return fetch(this.url + this.path(path), {...init, headers});
  }

  path(path) {
    return typeof path === 'function' ? path(this.userId) : path;
  }

  flush() {
    return this.outbox.flush();
  }

  /* ---- coming and going ---- */

  // from: the viewer whose waiting events go over to the present one. other: streams begin anew.
  viewerChanged({from = null, other = false} = {}) {
    this.outbox.stamp(this.userId, from);
    if (other) for (const stream of this.streams) stream.restart();
    this.onViewer({userId: this.userId, token: this.token, expiresAt: this.identity.now.expires_at ?? null});
  }

  // Another viewer from now on; nothing the old one did is told as the new one's: what cannot be sent in time
  // waits on as the old one's. Throws, and all stays as it was, if the server makes none.
  async newViewer() {
    await this.identity.ready;
    for (const watch of this.watches) watch.tell();
    await Promise.race([this.flush(), new Promise(resolve => setTimeout(resolve, PARTING_MS))]);
    const made = await this.identity.obtain(null, 1);
    if (!made) throw new Error('the server made no viewer');
    for (const watch of this.watches) watch.tell();
    this.outbox.parting(this.userId, this.token);
    this.identity.take(made);
    this.identity.freshen();
    this.viewerChanged({other: true});
  }

  leave() {
    for (const watch of this.watches) watch.tell();
    this.outbox.beacon();
  }

  // A hidden page may be ended without a word: its plays so far are kept as drafts, and told after a while.
  visibility() {
    clearTimeout(this.away);
    if (document.visibilityState !== 'hidden') return;
    for (const watch of this.watches) this.outbox.draft(watch, watch.soFar());
    this.outbox.beacon();
    this.away = setTimeout(() => this.leave(), AWAY_MS);
  }

  async close() {
    for (const watch of [...this.watches]) watch.finish();
    for (const stream of this.streams) stream.close();
    this.listening.abort();
    clearTimeout(this.away);
    this.identity.close();
    await this.flush();
    this.outbox.close();
  }

  /* ---- storage: what refuses (private mode, full) is as if there were none ---- */

  read(key) {
    try {
      return JSON.parse(this.storage?.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  write(key, value) {
    try {
      if (value === null) this.storage?.removeItem(key);
      else this.storage?.setItem(key, JSON.stringify(value));
    } catch {
      // stays in memory
    }
  }

  keys(prefix) {
    try {
      const all = Array.from({length: this.storage?.length ?? 0}, (_, index) => this.storage.key(index));
      return all.filter(key => key?.startsWith(prefix));
    } catch {
      return [];
    }
  }
}

const listOf = id => `/v1/users/${encodeURIComponent(id)}/recommendations`;
