// Events on their way to the server. Each gets its id once and keeps it however often it is sent, so that the
// server can drop repeats. What waits survives a reload; at most WAITING_MAX, oldest dropped first.

const KEY = 'potik.outbox';
const WAITING_MAX = 200;
const BATCH_MAX = 50;
const GATHER_MS = 25;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

export class Outbox {
  // onState({waiting, lost}) after every change.
  constructor(url, onState) {
    this.url = url;
    this.onState = onState;
    this.waiting = this.load();
    this.timer = 0;
    this.attempt = 0;
    this.sending = false;
    addEventListener('pagehide', () => this.leave());
    addEventListener('online', () => this.flush());
    if (this.waiting.length) this.later(0);
  }

  load() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? [];
    } catch {
      return [];
    }
  }

  push(event) {
    const whole = {event_id: crypto.randomUUID(), occurred_at: Date.now(), ...event};
    this.waiting = [...this.waiting, whole].slice(-WAITING_MAX);
    this.changed();
    this.later(GATHER_MS);
    return whole;
  }

  changed() {
    localStorage.setItem(KEY, JSON.stringify(this.waiting));
    this.onState({waiting: this.waiting.length, lost: this.attempt > 0});
  }

  later(delay) {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.flush();
    }, delay);
  }

  async flush() {
    if (this.sending || !this.waiting.length) return;
    this.sending = true;
    const batch = this.waiting.slice(0, BATCH_MAX);
    const wait = await this.post(batch);
    this.sending = false;
    if (wait === null) {
      const sent = new Set(batch.map(event => event.event_id));
      this.waiting = this.waiting.filter(event => !sent.has(event.event_id));
      this.attempt = 0;
    } else {
      this.attempt += 1;
    }
    this.changed();
    if (this.waiting.length) this.later(wait ?? 0);
  }

  // null when done with the batch (accepted, or refused for good), else milliseconds until the next attempt.
  async post(batch) {
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify(batch),
        keepalive: true,
      });
      if (answer.status < 400 || (answer.status < 500 && answer.status !== 429)) return null;
      const seconds = Number(answer.headers.get('Retry-After'));
      return seconds > 0 ? seconds * 1000 : this.backoff();
    } catch {
      return this.backoff();
    }
  }

  backoff() {
    return RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)];
  }

  // A repeat of what is still under way does no harm: the ids are the same.
  leave() {
    if (!this.waiting.length) return;
    const body = new Blob([JSON.stringify(this.waiting.slice(0, BATCH_MAX))], {type: 'application/json'});
    navigator.sendBeacon(this.url, body);
  }
}
