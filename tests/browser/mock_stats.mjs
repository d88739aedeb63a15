// What the stand-in tells of itself: figures of now, and a history that fits them.
import fs from 'node:fs';

// The server's own list, so that a component it begins to tell of needs its words on the page.
const CONFIG = fs.readFileSync(new URL('../../src/app/config.h', import.meta.url), 'utf8');
const [, COMPONENTS] = /kMemoryComponents\{([^}]*)\}/.exec(CONFIG);
const MEMORY = [...COMPONENTS.matchAll(/"(\w+)"/g)].map(match => match[1]);
const MEMORY_GIB = {viewers: [1.42, 2], videos: [0.71, 1], store: [0.22, 0.5], epochs: [0.12, 0.25], cache: [0.22, 0.25]};

export function stats(world) {
  const now = Date.now();
  const sway = (period, phase) => Math.sin(now / period + phase) + 0.4 * Math.sin((now / period) * 3.1);
  const busy = 11600 + 900 * sway(9000, 0) + 300 * Math.random();
  const partitions = [39, 55, 32, 71, 48, world.behind, 62, 44].map((lag, i) => ({
    name: `events/${i}`,
    lag: Math.max(0, Math.round(lag + 8 * sway(4000, i))),
    end: 48_000 + i,
  }));
  return {
    uptime_ms: now - world.started + world.age,
    node: 'potik-1',
    trouble: world.trouble,
    epoch: world.epoch,
    events: world.counted + world.accepted,
    accepted: world.counted + world.accepted,
    duplicates: 1204,
    dead_letters: world.letters.length,
    suspicious: 310,
    lists: 812400,
    lag: partitions.reduce((sum, part) => sum + part.lag, 0),
    events_per_second: busy,
    accepted_per_second: busy + 40 * sway(2000, 1),
    answers_per_second: 1204 + 80 * sway(6000, 2),
    lists_per_second: 3140,
    suspicious_per_second: world.alerts.length ? 1238 : 0,
    hit_rate: 0.976 + 0.004 * sway(5000, 1),
    partitions,
    store: {
      commits: Math.round((now - world.started) / 240),
      rows: 41e6,
      failures: 0,
      commit_p99_ms: 38 + 4 * sway(4000, 1),
      rows_per_second: busy,
    },
    snapshot_age_ms: 41_000,
    epoch_ms: {journal_p99: 3.1, compute_p99: 5.2},
    threads: 2,
    refused: 0,
    memory_limit_bytes: 4 * 2 ** 30,
    latency_p50_ms: 5.6 + 0.5 * sway(5000, 2),
    latency_p99_ms: 21 + 4 * sway(7000, 3),
    cache_hits: 976000 + world.epoch,
    cache_misses: 23100,
    alerts_firing: world.firing ?? world.alerts.filter(alert => alert.state === 'firing').length,
    stored_epoch: world.epoch - 2,
    listeners: 212,
    memory: MEMORY.map(component => {
      const [bytes, limit] = MEMORY_GIB[component] ?? [0.001, 0.01];
      return {component, bytes: bytes * 2 ** 30, limit_bytes: limit * 2 ** 30};
    }),
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
    ...world.figures,
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

// Seconds that the stand-in was not there are unknown.
export function history(world, seconds) {
  const step = seconds > 900 ? 10_000 : 1000;
  const now = Math.floor(Date.now() / step) * step;
  const from = now - seconds * 1000 + step;
  const at = [];
  for (let time = Math.max(from, world.remembers); time <= now; time += step) at.push(time);
  const past = Object.entries(world.past).map(([name, value]) => [
    name,
    at.map(time => value((now - time) / 1000)),
  ]);
  const wave = (middle, height, period) => at.map(time => middle + height * Math.sin(time / period));
  return {
    step_ms: step,
    at,
    series: {
      events_per_second: wave(11600, 900, 90_000),
      accepted_per_second: wave(11640, 900, 90_000),
      dead_letters: at.map(() => world.letters.length),
      latency_p50_ms: wave(5.6, 0.5, 50_000),
      latency_p99_ms: wave(21, 4, 70_000),
      lag: wave(380, 60, 40_000),
      hit_rate: wave(0.976, 0.004, 60_000),
      memory_bytes: wave(2.7 * 2 ** 30, 1e6, 60_000),
      alerts_firing: at.map(() => 0),
      auc: wave(0.75, 0.01, 80_000),
      answers_per_second: wave(1204, 80, 60_000),
      ...Object.fromEntries(past),
    },
  };
}
