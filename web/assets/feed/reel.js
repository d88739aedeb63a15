// The clips, one a screen, scrolled with snapping. Past ones stay above, the next one is ready below; which
// one that is may change until it comes on screen.

import {$, $$, calm, element, icon} from '../dom.js';

const CLIPS_MAX = 40;
const STEPS = 1000; // of the bar: arrow keys go by a twentieth of the clip
const PASSES_MAX = 6; // a clip that nobody leaves stops by itself

export class Reel {
  // source: {next(excluded), caption(place), time(seconds, of), broken()};
  // on: {enter(clip), leave(clip), double(x, y), muted() when the browser allows no sound yet}.
  constructor(root, source, on) {
    this.root = root;
    this.source = source;
    this.on = on;
    this.clips = [];
    this.current = null;
    this.muted = true;
    this.stopped = calm();
    this.tap = 0;
    this.seen = new IntersectionObserver(entries => this.intersect(entries), {root, threshold: 0.61});
    root.addEventListener('click', event => this.click(event));
    document.addEventListener('visibilitychange', () => this.visibility());
  }

  make(place) {
    const video = element('video', {
      src: place.video.url,
      poster: place.video.poster,
      loop: true,
      playsinline: true,
      muted: true,
      preload: 'auto',
      disablepictureinpicture: true,
    });
    video.muted = this.muted;
    const bar = element('i');
    const seek = element('input', {type: 'range', min: 0, max: STEPS, value: 0, step: STEPS / 20});
    const clip = {place, video, bar, seek, passes: 0};
    clip.node = element(
      'article',
      {class: 'clip', dataset: {id: place.video.video_id}, inert: true},
      video,
      element('div', {class: 'cap'}),
      element('div', {class: 'prog'}, element('span', {}, bar), seek),
    );
    video.addEventListener('timeupdate', () => this.progress(clip));
    video.addEventListener('error', () => this.broken(clip));
    video.addEventListener('loadedmetadata', () =>
      clip.node.classList.toggle('wide', video.videoWidth > video.videoHeight),
    );
    seek.addEventListener('input', () => {
      video.currentTime = (seek.value / STEPS) * (video.duration || 0);
      this.tellTime(clip);
    });
    seek.addEventListener('focus', () => this.tellTime(clip));
    this.caption(clip);
    return clip;
  }

  caption(clip) {
    const words = this.source.caption(clip.place);
    clip.node.setAttribute('aria-label', words.title);
    clip.seek.setAttribute('aria-label', words.seek);
    $('.cap', clip.node).replaceChildren(
      words.author
        ? element(
            'div',
            {class: 'who'},
            element('i', {'aria-hidden': 'true'}, words.author[0].toUpperCase()),
            words.author,
          )
        : '',
      element('p', {class: 'say'}, words.title),
      words.why ? element('p', {class: 'why'}, words.why) : '',
      words.topic ? element('span', {class: 'tag'}, words.topic) : '',
    );
  }

  // Said only when somebody moves the bar, not as it moves.
  tellTime(clip) {
    clip.seek.setAttribute('aria-valuetext', this.source.time(clip.video.currentTime, clip.video.duration));
  }

  captions() {
    for (const clip of this.clips) this.caption(clip);
  }

  append(place) {
    const clip = this.make(place);
    this.clips.push(clip);
    this.root.append(clip.node);
    this.seen.observe(clip.node);
    return clip;
  }

  drop(clip) {
    this.seen.unobserve(clip.node);
    clip.video.removeAttribute('src');
    clip.video.load();
    clip.node.remove();
    this.clips = this.clips.filter(other => other !== clip);
  }

  after(clip) {
    return this.clips[this.clips.indexOf(clip) + 1] ?? null;
  }

  // Keeps one clip ready below the current one: the best of the list that is not on the reel lately.
  prepare() {
    const recent = this.clips.slice(-12).map(clip => clip.place.video.video_id);
    if (!this.current) {
      const place = this.source.next([]);
      if (place) this.append(place);
      return;
    }
    const waiting = this.after(this.current);
    const shown = waiting ? recent.filter(id => id !== waiting.place.video.video_id) : recent;
    const place = this.source.next(shown);
    if (!place || place.video.video_id === waiting?.place.video.video_id) return;
    if (waiting && (this.isOnScreen(waiting) || waiting.chosen)) return;
    if (waiting) this.drop(waiting);
    this.append(place);
  }

  // Clips from the current one on that need no network any more.
  onDevice() {
    return this.clips
      .slice(Math.max(0, this.clips.indexOf(this.current)))
      .filter(({video}) => video.buffered.length && video.buffered.end(0) >= video.duration - 0.2).length;
  }

  isOnScreen(clip) {
    return clip.node.getBoundingClientRect().top < this.root.getBoundingClientRect().bottom - 2;
  }

  // Shows a clip of the list at once: it becomes the next one.
  show(place) {
    if (this.current?.place.video.video_id === place.video.video_id) return;
    const waiting = this.current && this.after(this.current);
    if (waiting) for (const clip of this.clips.slice(this.clips.indexOf(waiting))) this.drop(clip);
    const clip = this.append(place);
    clip.chosen = true;
    this.scrollTo(clip, 'auto');
  }

  step(direction) {
    const from = this.clips.indexOf(this.current);
    const target = this.clips[from + direction];
    if (target) this.scrollTo(target, calm() ? 'auto' : 'smooth');
    return target !== undefined;
  }

  // Not scrollIntoView, which would move the page around the reel too.
  scrollTo(clip, behavior) {
    this.root.scrollTo({top: clip.node.offsetTop, behavior});
  }

  intersect(entries) {
    for (const entry of entries) {
      if (entry.intersectionRatio <= 0.6) continue;
      const clip = this.clips.find(other => other.node === entry.target);
      if (clip && clip !== this.current) this.enter(clip);
    }
  }

  enter(clip) {
    if (this.current) {
      this.current.video.pause();
      this.current.node.inert = true;
      this.on.leave(this.current);
    }
    this.current = clip;
    clip.node.inert = false;
    clip.passes = 0;
    this.stopped = calm(); // a pause is of one clip
    clip.video.muted = this.muted;
    this.trim();
    this.on.enter(clip);
    this.play();
    this.prepare();
  }

  trim() {
    while (this.clips.length > CLIPS_MAX && this.clips[0] !== this.current) {
      const height = this.clips[0].node.offsetHeight;
      this.drop(this.clips[0]);
      this.root.scrollTop -= height;
    }
  }

  play() {
    if (this.stopped || document.visibilityState === 'hidden') return this.sign(this.stopped);
    this.sign(false);
    const {video} = this.current;
    video.play().catch(error => this.refused(video, error));
    return undefined;
  }

  // A browser that allows no sound yet is asked again without; one that allows nothing waits for a tap. Other
  // errors are of clips that were left, paused or broken meanwhile.
  refused(video, error) {
    if (error.name !== 'NotAllowedError' || video !== this.current?.video) return;
    if (this.muted) {
      this.stopped = true;
      this.sign(true);
      return;
    }
    this.mute(true);
    this.on.muted();
    this.play();
  }

  toggle() {
    this.stopped = !this.current.video.paused;
    if (this.stopped) this.current.video.pause();
    else this.current.passes = 0;
    this.play();
  }

  sign(on) {
    for (const sign of $$('.paused', this.root)) sign.remove();
    if (on) this.current.node.append(element('span', {class: 'paused'}, icon('play')));
  }

  mute(on) {
    this.muted = on;
    for (const clip of this.clips) clip.video.muted = on;
  }

  visibility() {
    if (!this.current) return;
    if (document.visibilityState === 'hidden') this.current.video.pause();
    else this.play();
  }

  progress(clip) {
    const share = clip.video.currentTime / (clip.video.duration || 1);
    if (share < (clip.share ?? 0)) clip.passes += 1;
    clip.share = share;
    clip.bar.style.width = `${share * 100}%`;
    clip.seek.value = share * STEPS;
    if (clip === this.current && clip.passes >= PASSES_MAX && !clip.video.paused) this.toggle();
  }

  broken(clip) {
    if (!clip.video.hasAttribute('src')) return;
    const words = this.source.broken();
    const again = element('button', {class: 'btn', onclick: () => this.retry()}, words.again);
    const veil = element(
      'div',
      {class: 'veil'},
      element('b', {}, words.title),
      element('p', {}, words.text),
      again,
    );
    $('.veil', clip.node)?.remove();
    clip.node.append(veil);
  }

  // The clip on screen is asked for once more if it did not load.
  retry() {
    const veil = this.current && $('.veil', this.current.node);
    if (!veil) return;
    veil.remove();
    this.current.video.load();
    this.play();
  }

  // One click pauses, two within a quarter of a second like.
  click(event) {
    if (event.target.closest('button, input')) return;
    if (this.tap) {
      clearTimeout(this.tap);
      this.tap = 0;
      this.on.double(event.clientX, event.clientY);
      return;
    }
    this.tap = setTimeout(() => {
      this.tap = 0;
      if (this.current) this.toggle();
    }, 260);
  }
}
