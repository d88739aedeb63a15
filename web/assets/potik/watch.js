// One showing of one video: when it was seen, and how much of it was played.

import {randomId} from './ids.js';

const SHOWN_MS = 1000; // an impression: half of the video on screen for so long
const SHOWN_SHARE = 0.5;
const WATCH_MIN_MS = 250; // less is no play

// Counts media time that was really played: pauses, stalls and a hidden page add
// nothing, a seek adds nothing of what it jumps over, at double rate a second adds two, loops add up.
export class Watch {
  constructor(potik, video, place) {
    Object.assign(this, {potik, video, place, watchedMs: 0, running: false});
    this.time = video.currentTime;
    this.at = performance.now();
    this.listening = new AbortController();
    const options = {signal: this.listening.signal};
    const names = 'timeupdate play playing pause seeking seeked ratechange waiting ended emptied'.split(' ');
    for (const name of names) video.addEventListener(name, () => this.sample(), options);
    document.addEventListener('visibilitychange', () => this.sample(), options);
    this.observer = new IntersectionObserver(entries => this.see(entries.at(-1)), {
      threshold: [0, SHOWN_SHARE],
    });
    this.observer.observe(video);
    document.addEventListener('visibilitychange', () => this.see(), options);
    this.sample();
  }

  // Called at every event of the element, at least four times a second while it plays.
  sample() {
    const {video} = this;
    const now = performance.now();
    if (this.running) this.watchedMs += this.moved(now) * 1000;
    this.time = video.currentTime;
    this.at = now;
    this.rate = video.playbackRate;
    this.smooth = video.readyState >= 3;
    this.running = !video.paused && !video.ended && !video.seeking && document.visibilityState !== 'hidden';
  }

  // Seconds of the video played since the last sample. Behind a jump the clock tells how far it had come.
  moved(now) {
    const {video} = this;
    const byClock = this.smooth ? (Math.min(now - this.at, 1000) / 1000) * this.rate : 0;
    const left = Math.max(0, (video.duration || Infinity) - this.time);
    if (video.seeking) return Math.min(byClock, left);
    const by = video.currentTime - this.time;
    return by >= 0 ? by : Math.min(byClock, left + video.currentTime);
  }

  // An impression, once: half of it on a visible page for a second without a break.
  see(entry) {
    if (entry) this.half = entry.isIntersecting && entry.intersectionRatio >= SHOWN_SHARE;
    const on = this.half && document.visibilityState !== 'hidden';
    if (on && !this.timer && !this.impression) this.timer = setTimeout(() => this.shown(), SHOWN_MS);
    if (on) return;
    clearTimeout(this.timer);
    this.timer = 0;
  }

  shown() {
    this.impression = true;
    this.observer.disconnect();
    this.potik.tell('video_shown', this.place);
  }

  // The play as it would be told now; null if it is too short for one.
  soFar() {
    this.sample();
    const watchMs = Math.round(this.watchedMs);
    if (watchMs < WATCH_MIN_MS) return null;
    const durationMs = Math.round((Number.isFinite(this.video.duration) ? this.video.duration : 0) * 1000);
    this.id ??= randomId();
    const fields = {watch_ms: watchMs, ...(durationMs ? {duration_ms: durationMs} : {})};
    return this.potik.event('video_played', this.place, fields, this.id);
  }

  // Tells what was watched so far; a viewer who comes back begins another play.
  tell() {
    const event = this.soFar();
    this.potik.outbox.draft(this, null);
    if (event) this.potik.send(event);
    this.watchedMs = 0;
    this.id = undefined;
  }

  finish() {
    if (this.listening.signal.aborted) return;
    this.tell();
    this.listening.abort();
    this.observer.disconnect();
    clearTimeout(this.timer);
    this.potik.watches.delete(this);
  }
}
