// Measures one showing of one clip: impression after a second on screen, then the time it really played.
// Pauses, buffering and a hidden page do not count.

const IMPRESSION_MS = 1000;
const WORTH_TELLING_MS = 250;

export class Watching {
  // place: {videoId, requestId, position}. tell(type, fields) is called for video_shown and video_played.
  constructor(video, place, tell) {
    this.video = video;
    this.place = place;
    this.tell = tell;
    this.watchedMs = 0;
    this.since = 0;
    this.shownTimer = setTimeout(() => this.tell('video_shown', this.fields()), IMPRESSION_MS);
    this.listening = new AbortController();
    const options = {signal: this.listening.signal};
    video.addEventListener('playing', () => this.resume(), options);
    for (const name of ['pause', 'waiting', 'ended', 'emptied'])
      video.addEventListener(name, () => this.hold(), options);
    if (!video.paused && video.readyState >= 3) this.resume();
  }

  fields() {
    const {requestId, position} = this.place;
    return {video_id: this.place.videoId, ...(requestId ? {request_id: requestId, position} : {})};
  }

  resume() {
    if (!this.since) this.since = performance.now();
  }

  hold() {
    if (this.since) this.watchedMs += performance.now() - this.since;
    this.since = 0;
  }

  // The clip leaves the screen: tells what was watched, once.
  finish() {
    clearTimeout(this.shownTimer);
    this.listening.abort();
    this.hold();
    const watchMs = Math.round(this.watchedMs);
    this.watchedMs = 0;
    if (watchMs < WORTH_TELLING_MS) return;
    const durationMs = Math.round((this.video.duration || 0) * 1000);
    this.tell('video_played', {
      ...this.fields(),
      watch_ms: watchMs,
      ...(durationMs ? {duration_ms: durationMs} : {}),
    });
  }
}
