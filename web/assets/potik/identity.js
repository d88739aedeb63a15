// Who is watching: named by the site, or a viewer that the server made (POST /v1/viewers) and the storage keeps.

import {randomViewer} from './ids.js';

const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const BLOCKED_MS = 60_000; // a second 401 within a minute is not answered by a third viewer
const LOOK_MS = [1000, 3_600_000]; // how often at most and at least the token's age is looked at

const delay = ms => new Promise(resolve => setTimeout(resolve, ms));
const pause = attempt => delay(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);

export class Identity {
  // token: text, or a function that is asked for one, again after a 401. Without `userId` neither is used.
  constructor(potik, {userId, token}) {
    this.potik = potik;
    this.given = userId !== undefined && userId !== null;
    this.ask = this.given && typeof token === 'function' ? token : null;
    this.key = `potik.viewer:${potik.url}`;
    this.now = this.given ? {user_id: userId, token: this.ask ? null : (token ?? null)} : this.load();
    this.blockedUntil = 0;
    this.ready = new Promise(resolve => {
      this.known = resolve;
    });
  }

  load() {
    const kept = this.potik.read(this.key);
    return typeof kept?.user_id === 'string' ? kept : null;
  }

  async begin() {
    await null; // the site's listeners are in place by then
    const before = this.now?.user_id;
    if (this.ask) await this.askToken();
    else if (!this.given && (!this.now || left(this.now) <= 0)) this.take(await this.obtain(this.now));
    this.known();
    this.potik.viewerChanged({from: before});
    this.freshen();
  }

  headers(of = this.now) {
    return of?.token ? {Authorization: `Bearer ${of.token}`} : {};
  }

  take(viewer) {
    this.now = viewer;
    this.potik.write(this.key, viewer);
  }

  // The site's function may fail for a while, as a server may.
  async askToken() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.now.token = await this.ask();
        return;
      } catch {
        await pause(attempt);
      }
    }
  }

  // A new viewer, or the old one with a new token. A server without viewers takes any name; a silent one is
  // asked until it answers, or `tries` times: then null.
  async obtain(old = null, tries = Infinity) {
    let from = old?.token ? old : null;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const answer = await this.post(from).catch(() => null);
      const made = await madeBy(answer);
      if (made) return made;
      if (from && answer && answer.status < 429) from = null;
      else if (attempt + 1 < tries) await pause(attempt);
    }
    return null;
  }

  post(from) {
    return fetch(`${this.potik.url}/v1/viewers`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', ...this.headers(from)},
      body: JSON.stringify(from ? {user_id: from.user_id} : {}),
    });
  }

  // Once half of its life is over the token is renewed: the server renews none that has ended. A page that is
  // open for long does so too, and takes over what another page has renewed.
  async freshen() {
    clearTimeout(this.timer);
    const old = this.now;
    if (this.given || this.closed || !old.token || !old.expires_at) return;
    const kept = this.load();
    const other = kept?.user_id === old.user_id && left(kept) > left(old) ? kept : null;
    if (other) this.now = other;
    else if (left(old) <= life(old) / 2) await this.renewBefore(old, kept);
    if (this.now !== old && this.now.user_id === old.user_id) this.potik.viewerChanged();
    const due = left(this.now) - life(this.now) / 2;
    const wait = Math.min(Math.max(due > 0 ? due : life(this.now) / 8, LOOK_MS[0]), LOOK_MS[1]);
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.freshen(), wait);
  }

  async renewBefore(old, kept) {
    const answer = await this.post(old).catch(() => null);
    const made = answer?.ok ? await madeBy(answer) : null;
    if (!made || this.now !== old) return;
    this.now = made;
    if (!kept || kept.user_id === made.user_id) this.potik.write(this.key, made);
  }

  // After a 401 to the token `used`: true if there is another now. Calls that fail together share a renewal.
  renew(used) {
    if (this.now.token !== used) return Promise.resolve(true);
    this.renewing ??= this.replace().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  async replace() {
    if (Date.now() < this.blockedUntil || (this.given && !this.ask)) return false;
    this.blockedUntil = Date.now() + BLOCKED_MS;
    const from = this.now.user_id;
    if (this.ask) await this.askToken();
    else this.take(await this.obtain());
    this.potik.viewerChanged({from, other: true});
    this.freshen();
    return true;
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

// What an answer of POST /v1/viewers makes; null if it makes none.
async function madeBy(answer) {
  if (answer?.status === 404) return {user_id: randomViewer(), token: null, expires_at: null};
  const made = answer?.ok ? await answer.json().catch(() => null) : null;
  return typeof made?.user_id === 'string' ? {...made, made_at: Date.now()} : null;
}

// Milliseconds that a token has still to live, and has in all; one kept without `made_at` counts as old.
const left = ({expires_at: ends}) => (ends ? Date.parse(ends) - Date.now() : Infinity);
const life = ({expires_at: ends, made_at: made}) => Date.parse(ends) - (made ?? 0);
