// What this browser keeps of its viewer: acts, comments, what was liked and what is not to come again.

import {keep, kept} from '../kept.js';

const KEY = 'potik.memory';
const ACTS_MAX = 60;
const COMMENTS_MAX = 200;

const fresh = id => ({id, acts: [], comments: [], liked: [], disliked: [], watched: {}});

export class Viewer {
  constructor() {
    this.state = this.load() ?? fresh(null);
  }

  load() {
    try {
      const state = JSON.parse(kept(KEY));
      return state && {...fresh(null), ...state};
    } catch {
      return null; // unreadable: as if nothing had been kept
    }
  }

  save() {
    keep(KEY, JSON.stringify(this.state));
  }

  // The server's name for the viewer; another one has no memory yet. True if there was an older one.
  become(id) {
    const other = this.state.id !== null && this.state.id !== id;
    if (other) this.state = fresh(id);
    this.state.id = id;
    this.save();
    return other;
  }

  get id() {
    return this.state.id;
  }
  likes(videoId) {
    return this.state.liked.includes(videoId);
  }
  dislikes(videoId) {
    return this.state.disliked.includes(videoId);
  }
  commentsOn(videoId) {
    return this.state.comments.filter(comment => comment.videoId === videoId);
  }

  mark(list, videoId, on) {
    this.state[list] = this.state[list].filter(id => id !== videoId);
    if (on) this.state[list].push(videoId);
    this.save();
  }

  keepComment(comment) {
    this.state.comments = [...this.state.comments, comment].slice(-COMMENTS_MAX);
    this.save();
  }

  keepAct(kind, videoId) {
    this.state.acts = [{kind, videoId, at: Date.now()}, ...this.state.acts].slice(0, ACTS_MAX);
    this.save();
  }

  keepWatch(topic, watchMs) {
    this.state.watched[topic] = (this.state.watched[topic] ?? 0) + watchMs;
    this.save();
  }

  forgetWatch(topic) {
    delete this.state.watched[topic];
    this.save();
  }
}
