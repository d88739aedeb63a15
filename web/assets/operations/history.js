// What the charts show: the last quarter of an hour by the second, and six hours by ten seconds. Filled by the
// server's history and then by its push; a server that was started anew loses nothing of what this page knows.

import {ask} from './ask.js';

const FINE = {stepMs: 1000, count: 900};
const COARSE = {stepMs: 10_000, count: 2160};
const HOLE_STEPS_MAX = 3; // shorter ones are the jitter of a push once a second, not an absence
const SKEW_MS = 5000;

class Grid {
  constructor({stepMs, count}) {
    Object.assign(this, {stepMs, count, slots: new Map()});
  }

  slot(at) {
    return Math.floor(at / this.stepMs);
  }

  put(at, values) {
    const slot = this.slot(at);
    const old = this.slots.get(slot);
    const known = Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
    this.slots.set(slot, {...old, ...known});
    while (this.slots.size > this.count + 1) this.slots.delete(this.slots.keys().next().value);
  }

  // The mean of all that was put into the slot.
  blend(at, values) {
    const old = this.slots.get(this.slot(at));
    const weight = old?.weight ?? 0;
    const mixed = {weight: weight + 1};
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isFinite(value)) continue;
      mixed[name] =
        Number.isFinite(old?.[name]) && weight ? (old[name] * weight + value) / (weight + 1) : value;
    }
    this.put(at, mixed);
  }

  // Oldest first, one value a step, null where nothing is known.
  view(seconds, now) {
    const last = this.slot(now);
    const first = last - Math.round((seconds * 1000) / this.stepMs) + 1;
    const at = [];
    const rows = [];
    let kept = null;
    let hole = 0;
    for (let slot = first; slot <= last; slot += 1) {
      const row = this.slots.get(slot) ?? null;
      hole = row ? 0 : hole + 1;
      if (row) kept = row;
      at.push((slot * this.stepMs) / 1000);
      rows.push(row ?? (hole <= HOLE_STEPS_MAX ? kept : null));
    }
    return {at, of: name => rows.map(row => row?.[name] ?? null)};
  }

  // Slots stay in the order of time, whatever order they came in.
  sort() {
    this.slots = new Map([...this.slots].sort(([a], [b]) => a - b).slice(-this.count));
  }
}

const long = (stats, horizon) =>
  stats.heads?.find(line => line.head === 'long_watch' && line.horizon === horizon)?.auc;

function valuesOf(stats, before) {
  const seconds = before ? (stats.uptime_ms - before.uptime_ms) / 1000 : 0;
  const commits =
    stats.store && before?.store ? (stats.store.commits - before.store.commits) / seconds : null;
  return {
    ...stats,
    memory_bytes: stats.memory?.reduce((sum, line) => sum + line.bytes, 0),
    auc: long(stats, 'short'),
    auc_long: long(stats, 'long'),
    store_commits: seconds > 0 ? commits : null,
    store_commit_ms: stats.store?.commit_p99_ms,
    store_rows: stats.store?.rows_per_second,
  };
}

export class History {
  constructor() {
    this.fine = new Grid(FINE);
    this.coarse = new Grid(COARSE);
    this.seconds = 900;
    this.before = null; // the last figures, and those before them
    this.older = null;
  }

  take(stats, now = Date.now()) {
    const restarted = this.before !== null && stats.uptime_ms < this.before.uptime_ms;
    const values = valuesOf(stats, restarted ? null : this.before);
    this.older = restarted ? null : this.before;
    this.before = stats;
    this.fine.put(now, values);
    this.coarse.blend(now, values);
    return restarted;
  }

  // Of a counter of the last two figures, a second; null where there is but one.
  rate(field) {
    const seconds = this.older ? (this.before.uptime_ms - this.older.uptime_ms) / 1000 : 0;
    return seconds > 0 ? Math.max(0, this.before[field] - this.older[field]) / seconds : null;
  }

  view() {
    const grid = this.seconds > FINE.count ? this.coarse : this.fine;
    return grid.view(this.seconds, Date.now());
  }

  // Adds what the server remembers; an older server that has no history answers 404, and the push alone fills it.
  async load(seconds = this.seconds) {
    this.seconds = seconds;
    const answer = await ask(`/v1/stats/history?seconds=${seconds}`).catch(() => null);
    if (!answer?.ok) return;
    const {step_ms: step, at, series} = await answer.json();
    if (!at.length) return;
    const skew = Date.now() - at.at(-1);
    const shift = Math.abs(skew) > SKEW_MS ? skew : 0;
    const grids = step >= COARSE.stepMs ? [this.coarse] : [this.fine, this.coarse];
    at.forEach((time, index) => {
      const values = Object.fromEntries(Object.entries(series).map(([name, list]) => [name, list[index]]));
      for (const grid of grids) grid.put(time + shift, values);
    });
    for (const grid of grids) grid.sort();
  }
}
