// What potik.js tells of watching: the time really played, and impressions.
import {expect} from './checks.mjs';
import {openSite} from './potik_page.mjs';

// Each case moves the player of a 10 s video; what must be told of it, in milliseconds of the video.
const WATCHED = [
  [
    'a pause adds nothing',
    3000,
    p => (p.start(), p.run(2000), p.stop(), p.run(60_000), p.start(), p.run(1000)),
  ],
  [
    'a hidden page adds nothing, though the sound goes on',
    3000,
    p => (p.start(), p.run(2000), p.hide(true), p.run(4000), p.hide(false), p.run(1000)),
  ],
  [
    'a seek forwards adds nothing of what it skips',
    2000,
    p => (p.start(), p.run(1000), p.jump(7), p.run(1000)),
  ],
  ['a seek back adds what is played again', 5000, p => (p.start(), p.run(3000), p.jump(0.5), p.run(2000))],
  [
    'what was played just before a seek counts',
    1100,
    p => (p.start(), p.run(1000), p.step(100, true), p.jump(9), p.stop()),
  ],
  [
    'dragging along while paused adds nothing',
    1000,
    p => (p.start(), p.run(1000), p.stop(), p.jump(4), p.jump(8)),
  ],
  [
    'at double rate a second adds two',
    3000,
    p => (p.start(), p.run(1000), p.set('playbackRate', 2, 'ratechange'), p.run(1000)),
  ],
  [
    'at half rate a second adds half',
    1500,
    p => (p.start(), p.run(1000), p.set('playbackRate', 0.5, 'ratechange'), p.run(1000)),
  ],
  [
    'loops add up, in a browser that tells of the jump',
    24_500,
    p => (p.set('loop', true), p.start(), p.run(24_500, 'seeks')),
  ],
  [
    'loops add up, in a browser that does not',
    24_500,
    p => (p.set('loop', true), p.start(), p.run(24_500, 'quietly')),
  ],
  [
    'a stall adds nothing',
    3000,
    p => (
      p.start(),
      p.run(2000),
      p.set('readyState', 2, 'waiting'),
      p.run(9000),
      p.set('readyState', 4, 'playing'),
      p.run(1000)
    ),
  ],
  ['the end is the end', 10_000, p => (p.start(), p.run(10_000), p.set('ended', true, 'ended'), p.run(5000))],
  ['less than a quarter of a second is no play', null, p => (p.start(), p.run(240))],
];

async function watchChecks(checks, browser, server) {
  const site = await openSite(browser, server);
  for (const [name, wanted, moves] of WATCHED) {
    await checks.check(`watch time: ${name}`, async () => {
      const plays = await site.page.evaluate(
        ([source]) => {
          const player = window.player(10);
          const watch = window.potik.watch(player.video, {videoId: 'clip-1', requestId: 'r-1', position: 2});
          const before = window.told.length;
          new Function('p', `(${source})(p)`)(player);
          watch.finish();
          watch.finish();
          return window.told.slice(before).filter(event => event.type === 'video_played');
        },
        [String(moves)],
      );
      if (wanted === null) return expect(!plays.length, `told ${JSON.stringify(plays)}`);
      expect(plays.length === 1, `told ${plays.length} times`);
      const [play] = plays;
      expect(Math.abs(play.watch_ms - wanted) <= 1, `${play.watch_ms} ms, not ${wanted}`);
      return expect(
        play.duration_ms === 10_000 && play.request_id === 'r-1' && play.position === 2,
        JSON.stringify(play),
      );
    });
  }
  await site.close();
  await checks.check('watch time: of a real video it is what the browser played', () =>
    realVideo(browser, server),
  );
}

// Plays a real clip with a pause and a seek; the browser's own record of played ranges is the measure.
async function realVideo(browser, server) {
  const site = await openSite(browser, server);
  const result = await site.page.evaluate(async () => {
    const page = await (await fetch('/v1/videos?limit=5')).json();
    const video = document.querySelector('#video');
    video.muted = true;
    video.src = page.videos.find(each => each.url?.startsWith('/')).url;
    const until = (name, test) =>
      new Promise(resolve => {
        const look = () => test() && resolve();
        video.addEventListener(name, look);
        look();
      });
    const watch = window.potik.watch(video, 'clip-1');
    await video.play();
    await until('timeupdate', () => video.currentTime > 1);
    video.pause();
    await new Promise(resolve => setTimeout(resolve, 700));
    video.currentTime = 5;
    await until('seeked', () => !video.seeking);
    await video.play();
    await until('timeupdate', () => video.currentTime > 6);
    video.pause();
    await until('pause', () => video.paused);
    await new Promise(resolve => setTimeout(resolve, 100));
    const ranges = Array.from(
      {length: video.played.length},
      (_, i) => video.played.end(i) - video.played.start(i),
    );
    watch.finish();
    return {played: ranges.reduce((a, b) => a + b, 0) * 1000, told: window.told.at(-1).watch_ms};
  });
  expect(Math.abs(result.told - result.played) < 150, `told ${result.told} ms, played ${result.played} ms`);
  await site.close();
}

async function impressionChecks(checks, browser, server) {
  const cases = [
    ['half of it for a second is one', 200, [1000], true],
    ['nine tenths of a second are none', 200, [900, 'away', 2000], false],
    [
      'two halves of a second with a break are none',
      200,
      [600, 'away', 500, 'back', 600, 'away', 500],
      false,
    ],
    ['two fifths of it are none, however long', 240, [5000], false],
    ['a hidden page shows nothing', 200, ['hide', 5000], false],
    ['a page shown again does', 200, ['hide', 5000, 'show', 1000], true],
    ['it is told once', 200, [1000, 'away', 1000, 'back', 3000], true],
  ];
  for (const [name, hiddenPx, steps, wanted] of cases) {
    await checks.check(`impression: ${name}`, async () => {
      const site = await openSite(browser, server, {clock: true});
      await site.page.clock.pauseAt(Date.now() + 60_000);
      // The video is 400 px high; so much of it is scrolled out.
      const scroll = px => site.page.evaluate(y => scrolled(y), px);
      await site.page.evaluate(() => {
        window.play = window.player(10);
        // Seen by an observer made after the module's own: then that one has been told too.
        window.scrolled = y => {
          scrollTo(0, y);
          return new Promise(resolve => {
            const after = new IntersectionObserver(() => (after.disconnect(), resolve()));
            after.observe(document.querySelector('#video'));
          });
        };
      });
      await scroll(hiddenPx);
      await site.page.evaluate(() => void window.potik.watch(window.play.video, 'clip-1'));
      await scroll(hiddenPx);
      for (const step of steps) {
        if (step === 'away') await scroll(1000);
        else if (step === 'back') await scroll(hiddenPx);
        else if (typeof step === 'string')
          await site.page.evaluate(on => window.play.hide(on), step === 'hide');
        else await site.page.clock.runFor(step);
      }
      const count = await site.page.evaluate(
        () => window.told.filter(event => event.type === 'video_shown').length,
      );
      expect(count === (wanted ? 1 : 0), `told ${count} times`);
      await site.close();
    });
  }
}

export async function watchingChecks(checks, browser, server) {
  await watchChecks(checks, browser, server);
  await impressionChecks(checks, browser, server);
}
