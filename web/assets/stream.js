// A server-sent event stream that comes back: EventSource reconnects by itself after a broken connection but
// gives up after an HTTP error, so a new one is opened with growing pauses (0.5 s to 8 s).

export class Stream {
  // handlers: event name -> function of the parsed data; onState gets 'open' or 'lost'.
  constructor(url, handlers, onState) {
    this.url = url;
    this.handlers = handlers;
    this.onState = onState;
    this.pause = 500;
    this.timer = 0;
    this.open();
  }

  open() {
    const source = new EventSource(this.url);
    this.source = source;
    source.onopen = () => {
      this.pause = 500;
      this.onState('open');
    };
    source.onerror = () => {
      this.onState('lost');
      if (source.readyState === EventSource.CLOSED) this.later();
    };
    for (const [name, handler] of Object.entries(this.handlers)) {
      source.addEventListener(name, event => handler(JSON.parse(event.data)));
    }
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(this.pause * 2, 8000);
  }

  close() {
    clearTimeout(this.timer);
    this.source.close();
  }
}
