// Server-sent events with headers of one's own.

// Reads a stream by fetch(), since EventSource can send no headers, and comes back after every loss: after
// 0.5 s first, then later and later up to 8 s, at once when the network returns. Silence longer than
// `silenceMs` is a loss too (the server sends a heartbeat every 15 s).
export class Stream {
  // url: text, or a function that is asked before each attempt. handlers: event name -> function of the parsed data. onState: 'open', or 'lost' with the HTTP status, if
  // there was an answer. headers(): asked likewise.
  constructor(url, handlers, onState = () => {}, {headers = () => ({}), silenceMs = 45_000} = {}) {
    Object.assign(this, {url, handlers, onState, headers, silenceMs});
    this.pause = 500;
    this.closed = false;
    this.hurry = () => this.wake?.();
    globalThis.addEventListener?.('online', this.hurry);
    this.done = this.run();
  }

  async run() {
    while (!this.closed) {
      this.again = false;
      this.stop = new AbortController();
      const status = await this.attempt().catch(() => undefined);
      clearTimeout(this.watchdog);
      if (this.closed) return;
      this.onState('lost', status);
      if (!this.again) await this.rest();
    }
  }

  async attempt() {
    this.listenFor();
    const url = typeof this.url === 'function' ? this.url() : this.url;
    const answer = await fetch(url, {
      headers: {Accept: 'text/event-stream', ...this.headers()},
      cache: 'no-store',
      signal: this.stop.signal,
    });
    if (!answer.ok) return answer.status;
    this.pause = 500;
    this.onState('open');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return undefined;
      this.listenFor();
      const blocks = (text + value).split(/\r?\n\r?\n/);
      text = blocks.pop();
      for (const block of blocks) this.take(block);
    }
  }

  listenFor() {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.stop.abort(), this.silenceMs);
  }

  take(block) {
    let name = 'message';
    const data = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (field === 'event') name = value;
      else if (field === 'data') data.push(value);
    }
    if (!data.length || this.closed || !this.handlers[name]) return;
    try {
      this.handlers[name](JSON.parse(data.join('\n')));
    } catch (error) {
      console.error(`potik: an event "${name}" was not taken`, error); // the stream goes on
    }
  }

  async rest() {
    await new Promise(resolve => {
      this.wake = resolve;
      this.timer = setTimeout(resolve, this.pause * (0.75 + Math.random() / 2));
    });
    clearTimeout(this.timer);
    this.pause = Math.min(this.pause * 2, 8000);
  }

  // Asks anew at once, with the headers as they are now.
  restart() {
    this.again = true; // for the attempt ends only after this, and would rest then
    this.stop.abort();
    this.wake?.();
  }

  close() {
    this.closed = true;
    globalThis.removeEventListener?.('online', this.hurry);
    this.restart();
  }
}
