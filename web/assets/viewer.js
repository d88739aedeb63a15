// Who is watching: a random number kept by this browser, and what was done under it (for the drawer "My acts").

const KEY = 'potik.viewer';
const ACTS_MAX = 60;
const COMMENTS_MAX = 200;

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  const id = 'g-' + [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return {id, acts: [], comments: [], liked: [], disliked: [], watched: {}};
}

export class Viewer {
  constructor() {
    this.state = this.load() ?? fresh();
    this.session = crypto.randomUUID();
    this.save();
  }

  load() {
    try {
      const state = JSON.parse(localStorage.getItem(KEY));
      return typeof state?.id === 'string' ? {...fresh(), ...state} : null;
    } catch {
      return null; // unreadable: as if nothing had been kept
    }
  }

  save() {
    localStorage.setItem(KEY, JSON.stringify(this.state));
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

  static forget() {
    localStorage.removeItem(KEY);
  }
}
