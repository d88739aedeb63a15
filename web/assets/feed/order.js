// The viewer's list as the server computes it, pushed after every act. A hidden page listens to nothing: browsers
// give all pages of a site six connections.

const LIMIT = 20;
const PATIENCE_MS = 2000; // a loss shorter than this is not worth a word
const ALONE_MS = 5000; // without a list for so long the page goes on by itself
const ASK_MS = 3000;

export class Order {
  // onList(list) for each new one; onState('loading' | 'ready' | 'error' | 'offline'); onAlone() if there is none
  // to be had for now.
  constructor(potik, onList, onState, onAlone) {
    Object.assign(this, {potik, onList, onState, onAlone, list: null});
    addEventListener('offline', () => this.lost());
    addEventListener('online', () => this.again());
    document.addEventListener('visibilitychange', () => this.again());
  }

  start() {
    if (document.visibilityState === 'hidden') return;
    if (!this.list) this.onState('loading');
    this.stop = this.potik.onList(list => this.take(list), {
      limit: LIMIT,
      onState: (state, status) => state === 'lost' && this.lost(status),
    });
    this.hope(); // a server that does not even answer is a loss too
    if (!this.list) this.alone = setTimeout(() => this.ask(), ALONE_MS);
  }

  again() {
    this.stop?.();
    this.stop = null;
    for (const timer of ['late', 'alone']) {
      clearTimeout(this[timer]);
      this[timer] = 0;
    }
    this.start();
  }

  // Where all places for streams are taken a list may still be had by asking.
  async ask() {
    if (this.list || this.asking) return;
    this.asking = true;
    const patience = new Promise(resolve => setTimeout(resolve, ASK_MS, null));
    const answer = this.potik.recommendations({limit: LIMIT}).catch(() => null);
    const list = await Promise.race([answer, patience]);
    this.asking = false;
    if (this.list) return;
    if (list) this.take(list);
    else this.onAlone();
  }

  lost(status) {
    if (status === 503) this.ask();
    if (navigator.onLine) this.hope();
    else this.onState('offline');
  }

  hope() {
    this.late ||= setTimeout(() => {
      this.late = 0;
      this.onState(navigator.onLine ? 'error' : 'offline');
    }, PATIENCE_MS);
  }

  take(list) {
    clearTimeout(this.late);
    this.late = 0;
    this.list = {...list, arrivedAt: Date.now()};
    this.onState('ready');
    this.onList(this.list);
  }
}
