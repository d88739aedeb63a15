// Events on their way to the server.

import {randomId} from './ids.js';

const GATHER_MS = 25; // events of one moment travel together
const BATCH_EVENTS = 50;
const BATCH_BYTES = 48_000; // browsers let 64 KiB leave a page that closes
const WAITING_MAX = 200;
const KEEP_MS = 86_400_000; // what could not be sent for a day is dropped
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const RETRY_AFTER_MAX_MS = 300_000;
const LOCK_FREE_MS = 3000; // the page before a reload may hold its lock for a moment
const AGAIN = -1;

// Each event gets its id once and keeps it however often it is sent, so that the server drops repeats. What
// waits is kept in the storage, one entry a page, with the tokens of its viewers; entries of pages that are gone
// are taken over. Each viewer's events go by themselves, with that viewer's token.
export class Outbox {
  constructor(potik, owner) {
    this.potik = potik;
    this.prefix = `potik.events:${potik.url}:${owner}:`;
    this.key = this.prefix + randomId();
    this.waiting = [];
    this.drafts = new Map(); // a play that goes on -> its event so far
    this.tokens = new Map(); // earlier viewers' names -> their tokens, while events of theirs wait
    this.attempt = 0;
    this.notBefore = 0;
    this.single = 0; // events to be sent one by one, since one of them spoils its batch
    this.sending = null;
    const held = new Promise(resolve => {
      this.release = resolve;
    });
    navigator.locks?.request(this.key, () => held).catch(() => {}); // refused with the storage
    this.adopt();
    this.second = setTimeout(() => this.adopt(), LOCK_FREE_MS);
  }

  // Pages that live hold a lock of their entry's name; without locks an entry counts as left after a minute.
  async adopt() {
    const locks = await navigator.locks?.query().catch(() => null);
    const held = new Set(locks?.held.map(lock => lock.name));
    for (const key of this.potik.keys(this.prefix)) {
      const left = this.potik.read(key);
      const alive = locks ? held.has(key) : Date.now() - (left?.at ?? 0) < 60_000;
      if (key === this.key || alive) continue;
      this.potik.write(key, null);
      const known = new Set(this.waiting.map(event => event.event_id));
      const fresh = (left?.events ?? []).filter(
        event => !known.has(event.event_id) && event.occurred_at > Date.now() - KEEP_MS,
      );
      for (const [id, token] of Object.entries(left?.tokens ?? {})) this.tokens.set(id, token);
      this.waiting = [...fresh, ...this.waiting].slice(-WAITING_MAX);
    }
    this.stamp(this.potik.userId);
    this.soon(0);
  }

  push(event) {
    this.waiting = [...this.waiting, event].slice(-WAITING_MAX);
    this.changed();
    this.soon(GATHER_MS);
  }

  // Not sooner than the attempt that is due after a failed one.
  soon(ms) {
    this.later(this.attempt ? this.backoff() : ms);
  }

  // Kept in case the page dies unseen; not sent while it lives.
  draft(of, event) {
    if (event) this.drafts.set(of, event);
    else if (!this.drafts.delete(of)) return;
    this.changed();
  }

  changed() {
    const events = [...this.waiting, ...this.drafts.values()];
    for (const id of this.tokens.keys())
      if (!events.some(event => event.user_id === id)) this.tokens.delete(id);
    this.potik.write(this.key, events.length ? {at: Date.now(), events, tokens: this.tokensOf(events)} : null);
    this.potik.onWaiting({waiting: this.waiting.length, lost: this.attempt > 0});
  }

  // Gives the viewer's id to events that have none yet, and to those of the viewer `from` that it replaces.
  stamp(userId, from) {
    for (const event of [...this.waiting, ...this.drafts.values()])
      if (userId && (!event.user_id || event.user_id === from)) event.user_id = userId;
    this.changed();
  }

  // The viewer leaves: what waits stays its own.
  parting(userId, token) {
    if (userId && token) this.tokens.set(userId, token);
  }

  // To be kept with them; a site's own tokens are the site's.
  tokensOf(events) {
    if (this.potik.identity.given) return undefined;
    const ids = new Set(events.map(event => event.user_id).filter(id => id && this.tokenOf(id)));
    return Object.fromEntries([...ids].map(id => [id, this.tokenOf(id)]));
  }

  tokenOf(userId) {
    return userId === this.potik.userId ? this.potik.token : (this.tokens.get(userId) ?? null);
  }

  later(ms) {
    if (!this.waiting.length || this.closed) return;
    const at = Math.max(Date.now() + ms, this.notBefore);
    if (this.timer && this.timerAt <= at) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => this.flush(), at - Date.now());
  }

  // Sends what waits; ends when all is sent or the next attempt is due later.
  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.sending ??= this.run().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async run() {
    await this.potik.identity.ready;
    while (this.waiting.length && Date.now() >= this.notBefore) {
      const batch = this.batch();
      const wait = await this.post(batch).catch(() => this.backoff());
      if (wait === AGAIN) continue;
      if (wait !== null) {
        this.attempt += 1;
        this.changed();
        this.later(wait);
        return;
      }
      const done = new Set(batch.map(event => event.event_id));
      this.waiting = this.waiting.filter(event => !done.has(event.event_id));
      this.attempt = 0;
      this.changed();
    }
    this.later(0);
  }

  // Of one viewer: of whom the oldest is, unless `userId` names another.
  batch(userId = this.waiting[0].user_id) {
    const own = this.waiting.filter(event => event.user_id === userId);
    if (this.single > 0) return own.slice(0, 1);
    let bytes = 0;
    const most = own.findIndex((event, index) => {
      bytes += JSON.stringify(event).length * 2;
      return index && (index >= BATCH_EVENTS || bytes > BATCH_BYTES);
    });
    return most < 0 ? own : own.slice(0, most);
  }

  // null when the batch is done with (accepted, or refused for good), AGAIN, or milliseconds to wait.
  async post(batch) {
    const {user_id: userId} = batch[0];
    const token = this.tokenOf(userId);
    const answer = await fetch(`${this.potik.url}/v1/events`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', ...this.potik.identity.headers({token})},
      body: JSON.stringify(batch),
      keepalive: true,
    });
    const {status} = answer;
    // The token of an earlier viewer is renewed by nobody.
    if (status === 401 && userId === this.potik.userId)
      return (await this.potik.identity.renew(token)) ? AGAIN : this.backoff();
    if (status >= 500 || [408, 425, 429].includes(status)) return this.retryAfter(answer);
    if ([400, 403, 413].includes(status) && batch.length > 1) {
      this.single = batch.length;
      return AGAIN;
    }
    if (this.single > 0) this.single -= 1;
    this.refusals(batch, status, await answer.json().catch(() => null));
    return null;
  }

  // An answer names the lines that became dead letters, from 1.
  refusals(batch, status, said) {
    const dead = said?.results?.filter(result => result.status === 'dead_letter');
    for (const {line, reason} of dead ?? [])
      this.potik.onRefused({event: batch[line - 1], status, reason: reason ?? 'unknown'});
    if (dead || status < 400) return;
    for (const event of batch)
      this.potik.onRefused({event, status, reason: said?.detail ?? `HTTP ${status}`});
  }

  // Retry-After is in seconds or a date.
  retryAfter(answer) {
    const told = answer.headers.get('Retry-After');
    const ms = Number(told) >= 0 ? Number(told) * 1000 : Date.parse(told) - Date.now();
    if (!told || !(ms > 0)) return this.backoff();
    this.notBefore = Date.now() + Math.min(ms, RETRY_AFTER_MAX_MS);
    return 0;
  }

  backoff() {
    return RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)];
  }

  // The page may be gone the next moment. What is sent so stays in the storage, for nobody says whether it
  // arrived: a repeat does no harm. Across origins plain text spares the question before (CORS).
  beacon() {
    const {url, userId, token} = this.potik;
    const batch = this.batch(userId);
    if (!batch.length || !userId || Date.now() < this.notBefore) return;
    const to = `${url}/v1/events${token ? `?token=${encodeURIComponent(token)}` : ''}`;
    const own = new URL(to, location.href).origin === location.origin;
    const type = own ? 'application/json' : 'text/plain';
    navigator.sendBeacon(to, new Blob([JSON.stringify(batch)], {type}));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.second);
    this.release();
  }
}
