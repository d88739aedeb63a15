// The videos there are, by id, as the server lists them.

import {language} from './language.js';

const PAGE = 200;
const VIDEOS_MAX = 2000;
const PAGES_MAX = 25; // where most videos are imported ones, the rest is found as lists name it

export class Catalogue {
  constructor() {
    this.videos = new Map();
    this.loaded = false;
    this.topics = new Map();
    this.asked = new Set(); // ids that were asked for by themselves
  }

  async load() {
    let after = 0;
    for (let pages = 0; after !== null && pages < PAGES_MAX && this.videos.size < VIDEOS_MAX; pages += 1) {
      const answer = await fetch(`/v1/videos?after=${after}&limit=${PAGE}`);
      if (!answer.ok) throw new Error(`the list of videos answered ${answer.status}`);
      const page = await answer.json();
      for (const video of page.videos) this.add(video);
      after = page.next ?? null;
    }
    this.loaded = true;
  }

  // One that the pages of the list did not bring; each is asked for once. ask: as fetch(). True if it is there.
  async find(id, ask) {
    if (this.has(id)) return true;
    if (this.asked.has(id)) return false;
    this.asked.add(id);
    const answer = await ask(`/v1/videos/${encodeURIComponent(id)}`).catch(() => null);
    if (answer?.status !== 200 && answer?.status !== 404) this.asked.delete(id);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (found?.metadata) this.add({...found.metadata, video_id: id});
    return this.has(id);
  }

  // Only what can be played here: an imported video has no address.
  add(video) {
    if (!video.url?.startsWith('/')) return;
    this.videos.set(video.video_id, video);
    const topic = video.tags?.[0];
    if (topic && !this.topics.has(topic)) {
      this.topics.set(topic, {uk: video.topic_uk ?? topic, en: video.topic_en ?? topic});
    }
  }

  has(id) {
    return this.videos.has(id);
  }
  get(id) {
    return this.videos.get(id);
  }
  all() {
    return [...this.videos.values()];
  }
  title(id) {
    const video = this.videos.get(id);
    if (!video) return id;
    return (language() === 'en' && video.title_en) || video.title || id;
  }
  topic(id) {
    return this.videos.get(id)?.tags?.[0] ?? '';
  }
  topicsByName() {
    return [...this.topics.keys()].sort((a, b) =>
      this.topicName(a).localeCompare(this.topicName(b), language()),
    );
  }
  topicName(topic) {
    return this.topics.get(topic)?.[language()] ?? topic;
  }

  // Everything whose title, author or topic holds the words, in either language.
  matching(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return this.all().filter(video => {
      const text = [video.title, video.title_en, video.author_id, video.topic_uk, video.topic_en]
        .join(' ')
        .toLowerCase();
      return wanted.every(word => text.includes(word));
    });
  }
}
