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
// waits is kept in the storage, one entry a page; entries of pages that are gone are taken over.
export class Outbox {
  constructor(potik, owner) {
    this.potik = potik;
    this.prefix = `potik.events:${potik.url}:${owner}:`;
    this.key = this.prefix + randomId();
    this.waiting = [];
    this.drafts = new Map(); // a play that goes on -> its event so far
    this.attempt = 0;
    this.notBefore = 0;
    this.single = 0; // events to be sent one by one, since one of them spoils its batch
    this.sending = null;
    navigator.locks?.request(
      this.key,
      () =>
        new Promise(resolve => {
          this.release = resolve;
        }),
    );
    this.adopt();
    this.second = setTimeout(() => this.adopt(), LOCK_FREE_MS);
  }

  // Pages that live hold a lock of their entry's name; without locks an entry counts as left after a minute.
  async adopt() {
    const locks = await navigator.locks?.query();
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
      this.waiting = [...fresh, ...this.waiting].slice(-WAITING_MAX);
    }
    this.changed();
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
    this.potik.write(this.key, events.length ? {at: Date.now(), events} : null);
    this.potik.onWaiting({waiting: this.waiting.length, lost: this.attempt > 0});
  }

  // Gives the viewer's id to events that have none yet, or, after a change of viewer, to all.
  stamp(userId, all) {
    for (const event of [...this.waiting, ...this.drafts.values()])
      if (all || !event.user_id) event.user_id = userId;
    this.changed();
  }

  clear() {
    this.waiting = [];
    this.drafts.clear();
    this.changed();
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

  batch() {
    if (this.single > 0) return this.waiting.slice(0, 1);
    let bytes = 0;
    const most = this.waiting.findIndex((event, index) => {
      bytes += JSON.stringify(event).length * 2;
      return index && (index >= BATCH_EVENTS || bytes > BATCH_BYTES);
    });
    return most < 0 ? this.waiting.slice() : this.waiting.slice(0, most);
  }

  // null when the batch is done with (accepted, or refused for good), AGAIN, or milliseconds to wait.
  async post(batch) {
    const used = this.potik.token;
    const answer = await this.potik.once('/v1/events', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify(batch),
      keepalive: true,
    });
    const {status} = answer;
    if (status === 401) return (await this.potik.identity.renew(used)) ? AGAIN : this.backoff();
    if (status >= 500 || [408, 425, 429].includes(status)) return this.retryAfter(answer);
    if ([400, 413].includes(status) && batch.length > 1) {
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
    if (!this.waiting.length || !userId || Date.now() < this.notBefore) return;
    const to = `${url}/v1/events${token ? `?token=${encodeURIComponent(token)}` : ''}`;
    const own = new URL(to, location.href).origin === location.origin;
    const type = own ? 'application/json' : 'text/plain';
    navigator.sendBeacon(to, new Blob([JSON.stringify(this.batch())], {type}));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.second);
    this.release?.();
  }
}
