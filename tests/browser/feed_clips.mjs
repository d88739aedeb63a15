// Going from clip to clip by every way there is, the bar, the address and the share link.
import {expect, toasted, until} from './checks.mjs';
import {PHONE, atTop, currentTime, listenForEvents, moveOn, openFeed, ready} from './feed_page.mjs';

const SETTLE_MS = 700; // a scroll that snaps comes to rest

async function desktop(checks, browser, server) {
  const {page, faults, close} = await openFeed(browser, server);
  await ready(page);
  await checks.check('the wheel goes on by one clip and snaps', async () => {
    await page.hover('#reel');
    await moveOn(page, () => page.mouse.wheel(0, 500), 'the next clip by the wheel');
    await page.waitForTimeout(SETTLE_MS);
    expect(await atTop(page), 'no clip stands at the top');
  });
  await checks.check('only the clip on screen plays', async () => {
    await until(() => currentTime(page), 'a playing clip');
    const playing = await page.evaluate(
      () => [...document.querySelectorAll('.clip video')].filter(video => !video.paused).length,
    );
    expect(playing === 1, `${playing} play`);
  });
  await checks.check('the bar seeks by arrow keys and says where it is', async () => {
    const seek = page.locator('.clip:not([inert]) input[type=range]');
    await seek.focus();
    const before = await currentTime(page);
    for (let i = 0; i < 5; i += 1) await page.keyboard.press('ArrowRight');
    await until(async () => (await currentTime(page)) > before + 1, 'a later place');
    expect(/^0:\d\d із 0:\d\d$/.test(await seek.getAttribute('aria-valuetext')), 'the place is not said');
    await page.focus('#reel');
  });
  await checks.check('a double click likes and never takes a like back', async () => {
    const pressed = () => page.getAttribute('#like', 'aria-pressed');
    const middle = await page.locator('#reel').boundingBox();
    for (let i = 0; i < 2; i += 1) {
      await page.mouse.dblclick(middle.x + middle.width / 2, middle.y + middle.height / 3);
      await until(async () => (await pressed()) === 'true', 'the heart');
    }
    expect((await page.locator('.paused').count()) === 0, 'it paused too');
  });
  await checks.check('the address and the title follow the clip, without filling the history', async () => {
    const length = await page.evaluate(() => history.length);
    const id = await moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip');
    await until(() => new URL(page.url()).searchParams.get('v') === id, 'the address');
    const title = await page.locator('.clip:not([inert]) .say').innerText();
    expect((await page.title()) === `${title} · потік`, `the title is ${await page.title()}`);
    expect((await page.evaluate(() => history.length)) === length, 'the history grew');
  });
  await checks.check('no console errors on the way', () => expect(!faults.length, faults.join('; ')));
  await close();
}

async function links(checks, browser, server) {
  await checks.check('the address of a video opens it first', async () => {
    const answer = await fetch(`${server}/v1/videos?limit=200`);
    const videos = (await answer.json()).videos.filter(video => video.url?.startsWith('/'));
    const wanted = videos.at(-1).video_id;
    const {page, close} = await openFeed(browser, server, `/?v=${wanted}`);
    const {sent} = listenForEvents(page);
    await until(async () => (await atTop(page)) === wanted, `clip ${wanted} on screen`, 10_000);
    const shown = await sent('video_shown');
    expect(shown.video_id === wanted && shown.surface === 'link', JSON.stringify(shown));
    const words = await page.innerText('.clip:not([inert]) .cap');
    expect(!/null|undefined/.test(words), `of a clip that no list gave: ${words}`);
    await moveOn(page, () => page.keyboard.press('KeyJ'), 'the list goes on after it');
    await close();
  });
  await checks.check('an address of no video says so and goes on', async () => {
    const {page, close} = await openFeed(browser, server, '/?v=no-such-clip');
    await toasted(page, /Такого кліпу/);
    await until(() => atTop(page), 'a clip');
    await close();
  });
  await checks.check('share copies the link, says so and tells', async () => {
    const {page, close} = await openFeed(browser, server, '/', {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const {sent} = listenForEvents(page);
    await ready(page);
    const id = await atTop(page);
    await page.click('#share');
    await toasted(page, /скопійовано/);
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text === `${server}/?v=${id}`, `copied: ${text}`);
    await sent('video_shared', event => event.video_id === id);
    await close();
  });
  await checks.check(
    'share asks the device where it can; who thinks better of it shares nothing',
    async () => {
      const {page, close} = await openFeed(browser, server);
      const {events, sent} = listenForEvents(page);
      await ready(page);
      await page.evaluate(() => {
        window.shares = [];
        navigator.share = what => {
          window.shares.push(what);
          if (window.shares.length === 1) return Promise.reject(new DOMException('no', 'AbortError'));
          return Promise.resolve();
        };
      });
      await page.keyboard.press('KeyS');
      await until(() => page.evaluate(() => window.shares.length === 1), 'the question');
      await page.keyboard.press('KeyS');
      await sent('video_shared');
      expect(events.filter(event => event.type === 'video_shared').length === 1, 'told twice');
      const [{title, url}] = await page.evaluate(() => window.shares);
      expect(title.length > 2 && url.includes('/?v='), `${title} ${url}`);
      await close();
    },
  );
}

// A finger's way over the screen.
async function swipe(page, from, to) {
  const client = await page.context().newCDPSession(page);
  const touch = (type, y) =>
    client.send('Input.dispatchTouchEvent', {type, touchPoints: y === null ? [] : [{x: 150, y}]});
  await touch('touchStart', from);
  for (let i = 1; i <= 20; i += 1) await touch('touchMove', from + ((to - from) * i) / 20);
  await touch('touchEnd', null);
  await client.detach();
}

async function phone(checks, browser, server) {
  const {page, close} = await openFeed(browser, server, '/', PHONE);
  await ready(page);
  await checks.check('on a phone a swipe goes on, and back', async () => {
    const first = await atTop(page);
    await moveOn(page, () => swipe(page, 600, 150), 'the next clip by a swipe');
    await page.waitForTimeout(SETTLE_MS);
    const back = await moveOn(page, () => swipe(page, 200, 650), 'the clip before');
    expect(back === first, 'not the first again');
  });
  await checks.check('on a phone two taps like', async () => {
    const pressed = () => page.getAttribute('#like', 'aria-pressed');
    if ((await pressed()) === 'true') await page.tap('#like');
    await page.touchscreen.tap(150, 400);
    await page.touchscreen.tap(150, 400);
    await until(async () => (await pressed()) === 'true', 'the heart');
  });
  await close();
}

async function calm(checks, browser, server) {
  await checks.check('who wants less motion gets clips that wait, and rows that do not travel', async () => {
    const {page, close} = await openFeed(browser, server, '/', {reducedMotion: 'reduce'});
    await ready(page);
    await until(() => page.locator('.paused').count(), 'the play sign');
    expect((await currentTime(page)) === 0, 'it plays');
    const {sent} = listenForEvents(page);
    await page.keyboard.press('KeyL');
    await sent('video_liked');
    await until(() => page.locator('.entry.moved').count(), 'a marked row');
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving === 0, `${moving} things move`);
    await close();
  });
}

export async function clipChecks(checks, browser, server) {
  await desktop(checks, browser, server);
  await links(checks, browser, server);
  await phone(checks, browser, server);
  await calm(checks, browser, server);
}
