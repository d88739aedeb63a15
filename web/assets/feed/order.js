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
    this.onState(this.list ? 'ready' : 'loading');
    this.stop = this.potik.onList(list => this.take(list), {
      limit: LIMIT,
      onState: state => state === 'lost' && this.lost(),
    });
    // A server that does not even answer is a loss too.
    this.late = setTimeout(() => this.lost(), PATIENCE_MS * 2);
  }

  again() {
    this.stop?.();
    clearTimeout(this.late);
    this.late = 0;
    this.start();
  }

  lost() {
    if (!navigator.onLine) return this.onState('offline');
    this.late ||= setTimeout(() => this.onState('error'), PATIENCE_MS);
    return undefined;
  }

  take(list) {
    clearTimeout(this.late);
    this.late = 0;
    this.list = {...list, arrivedAt: Date.now()};
    this.onState('ready');
    this.onList(this.list);
  }
}
