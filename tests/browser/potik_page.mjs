// A site of somebody's that uses potik.js: an empty page, and in it a player whose clock a check moves.
import {until} from './checks.mjs';

export const HTML = `<!doctype html><html lang="en"><title>site</title>
<body style="margin:0;height:4000px"><video id="video" style="display:block;width:200px;height:400px"></video>`;

// Opens it on `server` (or another origin) with potik connected to `api`. Events that leave are in `sent`, one
// entry a request; `answer` may set how they are answered.
export async function openSite(
  browser,
  server,
  {clock = false, options = {}, origin = server, context, answer = null} = {},
) {
  const own = context ?? (await browser.newContext({viewport: {width: 800, height: 600}}));
  const page = await own.newPage();
  const sent = [];
  const site = {page, sent, answer, context: own};
  if (origin === server)
    await page.route('**/site.html', route => route.fulfill({contentType: 'text/html', body: HTML}));
  await page.route('**/v1/events*', async route => {
    if (route.request().method() !== 'POST') return route.continue();
    sent.push(JSON.parse(route.request().postData()));
    const answer = site.answer?.(sent.at(-1), route.request());
    if (answer === 'lost') return route.abort();
    return answer ? route.fulfill(answer) : route.continue();
  });
  if (clock) await page.clock.install();
  site.load = async () => {
    await page.goto(`${origin}/site.html`);
    await page.evaluate(inPage, {module: `${server}/assets/potik.js`, options});
  };
  await site.load();
  site.events = type => sent.flat().filter(event => !type || event.type === type);
  site.arrives = (test, what) => until(() => sent.flat().find(test), what);
  site.close = () => (context ? page.close() : own.close());
  return site;
}

async function inPage({module, options}) {
  const {connect} = await import(module);
  window.told = [];
  window.refused = [];
  window.waiting = {waiting: 0, lost: false};
  window.viewers = [];
  window.potik = connect({
    ...options,
    onTold: event => told.push(event),
    onRefused: refusal => refused.push(refusal),
    onWaiting: state => Object.assign(waiting, state),
    onViewer: viewer => viewers.push(viewer),
  });
  await Promise.race([potik.ready, new Promise(resolve => setTimeout(resolve, 1000))]);

  // The element's own properties are replaced; time passes only as the check says.
  window.player = length => {
    const video = document.querySelector('#video');
    const state = {
      currentTime: 0,
      duration: length,
      paused: true,
      ended: false,
      seeking: false,
      playbackRate: 1,
      readyState: 4,
      loop: false,
    };
    for (const name of Object.keys(state))
      Object.defineProperty(video, name, {configurable: true, get: () => state[name]});
    let now = 1000;
    performance.now = () => now;
    const fire = name => video.dispatchEvent(new Event(name));
    const jump = to => {
      state.seeking = true;
      state.currentTime = to;
      fire('seeking');
      state.seeking = false;
      fire('seeked');
    };
    const step = (ms, silent, wrap) => {
      now += ms;
      const moves = !state.paused && state.readyState >= 3;
      const to = state.currentTime + (moves ? (ms / 1000) * state.playbackRate : 0);
      if (to >= length && state.loop && wrap === 'seeks') jump(to - length);
      else state.currentTime = to >= length && state.loop ? to - length : Math.min(to, length);
      if (!silent && moves) fire('timeupdate');
    };
    return {
      video,
      state,
      fire,
      jump,
      step,
      set: (name, value, event) => {
        state[name] = value;
        if (event) fire(event);
      },
      start: () => {
        state.paused = false;
        fire('playing');
      },
      stop: () => {
        state.paused = true;
        fire('pause');
      },
      run: (ms, wrap) => {
        for (let left = ms; left > 0; left -= 250) step(Math.min(250, left), false, wrap);
      },
      hide: on => {
        Object.defineProperty(document, 'visibilityState', {
          configurable: true,
          get: () => (on ? 'hidden' : 'visible'),
        });
        document.dispatchEvent(new Event('visibilitychange'));
      },
    };
  };
}
