// The viewer's list as the server computes it: asked for once, then pushed after every act.

import {Stream} from './stream.js';

const LIMIT = 20;
const RETRY_MS = 2000;

export class Order {
  // onList(list) for each new one; onState('ready' | 'loading' | 'lost').
  constructor(viewerId, onList, onState) {
    this.base = `/v1/users/${encodeURIComponent(viewerId)}/recommendations`;
    this.onList = onList;
    this.onState = onState;
    this.list = null;
  }

  async start() {
    await this.ask();
    this.stream = new Stream(
      `${this.base}/stream?limit=${LIMIT}&explain=true`,
      {recommendations: list => this.take(list)},
      state => this.onState(state === 'lost' ? 'lost' : 'ready'),
    );
  }

  async ask() {
    this.onState(this.list ? 'ready' : 'loading');
    try {
      const answer = await fetch(`${this.base}?limit=${LIMIT}&explain=true`);
      if (!answer.ok) throw new Error(String(answer.status));
      this.take(await answer.json());
    } catch {
      this.onState('lost');
      setTimeout(() => this.ask(), RETRY_MS);
    }
  }

  // An answer that is older than the list shown (a slow request after a push) is dropped.
  take(list) {
    if (this.list && Number(list.receipt?.epoch ?? 0) < Number(this.list.receipt?.epoch ?? 0)) return;
    this.list = {...list, arrivedAt: Date.now()};
    this.onState('ready');
    this.onList(this.list);
  }
}
