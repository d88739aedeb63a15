// Who is watching: named by the site, or a viewer that the server made (POST /v1/viewers) and the storage keeps.

import {randomViewer} from './ids.js';

const RETRY_MS = [1000, 2000, 4000, 8000, 15_000];
const RENEW_MS = 3_600_000; // a token that ends within the hour is renewed at the start
const BLOCKED_MS = 60_000; // a second 401 within a minute is not answered by a third viewer

const delay = ms => new Promise(resolve => setTimeout(resolve, ms));

export class Identity {
  // token: text, or a function that is asked for one, again after a 401.
  constructor(potik, {userId, token}) {
    this.potik = potik;
    this.given = userId !== undefined;
    this.ask = typeof token === 'function' ? token : null;
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
    if (this.ask) this.now.token = await this.ask();
    const ends = this.now?.expires_at ? Date.parse(this.now.expires_at) : Infinity;
    if (!this.given && (!this.now || ends < Date.now() + RENEW_MS)) await this.obtain(this.now);
    this.known();
    this.potik.viewerChanged(false);
  }

  headers() {
    return this.now?.token ? {Authorization: `Bearer ${this.now.token}`} : {};
  }

  // A new viewer, or the old one with a new token. A server without viewers takes any name; a silent one is
  // asked until it answers.
  async obtain(old = null) {
    let from = old?.token ? old : null;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.post(from).catch(() => null);
      if (answer?.ok || answer?.status === 404) {
        this.now = answer.ok ? await answer.json() : {user_id: randomViewer(), token: null, expires_at: null};
        this.potik.write(this.key, this.now);
        return;
      }
      if (from && answer && answer.status < 429) from = null;
      else await delay(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
    }
  }

  post(from) {
    return fetch(`${this.potik.url}/v1/viewers`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', ...(from ? this.headers() : {})},
      body: JSON.stringify(from ? {user_id: from.user_id} : {}),
    });
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
    if (this.ask) this.now.token = await this.ask();
    else await this.obtain();
    this.potik.viewerChanged(true);
    return true;
  }
}
