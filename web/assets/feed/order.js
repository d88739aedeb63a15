// The viewer's list as the server computes it, pushed after every act.

const LIMIT = 20;
const PATIENCE_MS = 2000; // a loss shorter than this is not worth a word

export class Order {
  // onList(list) for each new one; onState('loading' | 'ready' | 'error' | 'offline').
  constructor(potik, onList, onState) {
    this.potik = potik;
    this.onList = onList;
    this.onState = onState;
    this.list = null;
    addEventListener('offline', () => this.lost());
    addEventListener('online', () => this.again());
  }

  start() {
    if (!this.list) this.onState('loading');
    this.stop = this.potik.onList(list => this.take(list), {
      limit: LIMIT,
      onState: state => state === 'lost' && this.lost(),
    });
    this.hope(); // a server that does not even answer is a loss too
  }

  again() {
    this.stop?.();
    this.start();
  }

  lost() {
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
