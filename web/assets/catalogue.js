// The videos there are, by id, as the server lists them.

import {language} from './language.js';

const PAGE = 200;
const VIDEOS_MAX = 2000;

export class Catalogue {
  constructor() {
    this.videos = new Map();
    this.topics = new Map();
  }

  async load() {
    let after = 0;
    while (after !== null && this.videos.size < VIDEOS_MAX) {
      const answer = await fetch(`/v1/videos?after=${after}&limit=${PAGE}`);
      if (!answer.ok) throw new Error(`the list of videos answered ${answer.status}`);
      const page = await answer.json();
      for (const video of page.videos) this.add(video);
      after = page.next ?? null;
    }
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
