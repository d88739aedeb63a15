// What may go wrong under the viewer's page, and what it must do all the same.
import {expect, openPage, toasted, until} from './checks.mjs';
import {PHONE, atTop, currentTime, listenForEvents, moveOn, openFeed, ready, rows} from './feed_page.mjs';

const stream = '**/recommendations/stream*';
const lists = '**/recommendations?*';
const refuse = route => route.fulfill({status: 503, json: {title: 'no'}});
const playing = page => until(() => currentTime(page), 'a playing clip', 15_000);
const pressed = (page, button) => page.getAttribute(button, 'aria-pressed');

// Opened with the network already as `setUp` makes it.
async function open(browser, server, setUp, path = '/', options = {}) {
  const opened = await openFeed(browser, server, '/assets/icon.svg', options);
  await setUp(opened.page);
  await opened.page.goto(server + path);
  return opened;
}

async function noLists(checks, browser, server) {
  await checks.check('where no stream is to be had the list is asked for', async () => {
    const {page, close} = await open(browser, server, target => target.route(stream, refuse));
    await ready(page);
    await playing(page);
    await close();
  });
  await checks.check('where no list is to be had, a clip of the catalogue plays', async () => {
    const {page, close} = await open(browser, server, async target => {
      await target.route(stream, refuse);
      await target.route(lists, refuse);
    });
    await playing(page);
    await close();
  });
  await checks.check('where the list does not even answer, a clip plays after a while', async () => {
    const {page, close} = await open(browser, server, async target => {
      await target.route(stream, () => {});
      await target.route(lists, () => {});
    });
    await playing(page);
    await close();
  });
  await checks.check('a hidden page holds no stream, and comes back to it', async () => {
    const {page, close} = await openFeed(browser, server);
    await ready(page);
    const asked = [];
    const ended = [];
    const isStream = request => request.url().includes('/recommendations/stream');
    page.on('request', request => isStream(request) && asked.push(request));
    page.on('requestfailed', request => isStream(request) && ended.push(request));
    page.on('requestfinished', request => isStream(request) && ended.push(request));
    const hide = on =>
      page.evaluate(hidden => {
        const get = () => (hidden ? 'hidden' : 'visible');
        Object.defineProperty(document, 'visibilityState', {configurable: true, get});
        document.dispatchEvent(new Event('visibilitychange'));
      }, on);
    await hide(true);
    await until(() => ended.length, 'the end of the stream');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.waitForTimeout(300);
    expect(!asked.length, 'asked for in hiding');
    await hide(false);
    await until(() => asked.length === 1, 'the stream again');
    await close();
  });
}

async function catalogue(checks, browser, server) {
  const {videos} = await (await fetch(`${server}/v1/videos?limit=200`)).json();
  const playable = videos.filter(video => video.url?.startsWith('/'));
  await checks.check('a linked video that the listed ones do not hold is asked for by itself', async () => {
    const {video_id: wanted, title} = playable.at(-1);
    const {page, close} = await open(
      browser,
      server,
      target =>
        target.route('**/v1/videos?*', route => route.fulfill({json: {videos: playable.slice(0, 3), next: null}})),
      `/?v=${wanted}`,
    );
    await until(async () => (await atTop(page)) === wanted, 'the linked clip', 10_000);
    expect((await page.locator('.clip:not([inert]) .say').innerText()) === title, 'without its title');
    await until(async () => (await page.locator('.entry').count()) > 3, 'the list’s unknown videos', 10_000);
    await close();
  });
  await checks.check('a catalogue that cannot be played is not read to its end', async () => {
    let asked = 0;
    const {page, close} = await open(browser, server, target =>
      target.route('**/v1/videos?*', route => {
        asked += 1;
        return route.fulfill({json: {videos: [{video_id: `import-${asked}`}], next: asked}});
      }),
    );
    await rows(page);
    await page.waitForTimeout(500);
    expect(asked > 1 && asked <= 25, `${asked} pages read`);
    await close();
  });
}

async function storage(checks, browser, server) {
  const blocked = () =>
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
    });
  const full = () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  };
  for (const [name, before] of [
    ['blocked', blocked],
    ['full', full],
  ])
    await checks.check(`with ${name} storage the page plays, and tells what is done`, async () => {
      const {page, faults, close} = await openFeed(browser, server, '/', {before});
      const {sent} = listenForEvents(page);
      await ready(page);
      await page.keyboard.press('KeyL');
      await sent('video_liked');
      expect((await pressed(page, '#like')) === 'true', 'the heart is not pressed');
      await page.click('.side [data-language=en]');
      await page.click('.side [data-theme-choice=light]');
      expect((await page.innerText('#rail-title')) === 'For you', 'the language does not change');
      expect(!faults.length, faults.join('; '));
      await close();
    });
  await checks.check(`with blocked storage the operations page opens`, async () => {
    const {page, faults, close} = await openPage(browser, server, '/ops', {before: blocked});
    await page.locator('h1').first().waitFor();
    expect(!faults.length, faults.join('; '));
    await close();
  });
}

async function playback(checks, browser, server) {
  const {page, close} = await openFeed(browser, server);
  await ready(page);
  await playing(page);
  const paused = () => page.evaluate(() => document.querySelector('.clip:not([inert]) video').paused);
  await checks.check('a pause is of one clip', async () => {
    await page.focus('#reel');
    await page.keyboard.press('Space');
    await until(paused, 'the pause');
    await moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip');
    await until(async () => !(await paused()), 'the next clip to play');
  });
  await checks.check('a held key acts once, but goes on from clip to clip', async () => {
    const before = await pressed(page, '#like');
    for (let i = 0; i < 4; i += 1) await page.keyboard.down('KeyL');
    await page.keyboard.up('KeyL');
    expect((await pressed(page, '#like')) !== before, 'the like was taken back');
    const first = await atTop(page);
    await page.keyboard.down('KeyJ');
    await until(async () => ![first, null].includes(await atTop(page)), 'the next clip', 15_000);
    const second = await atTop(page);
    await until(
      async () => {
        await page.keyboard.down('KeyJ');
        return ![first, second, null].includes(await atTop(page));
      },
      'the one after it',
      15_000,
    );
    await page.keyboard.up('KeyJ');
  });
  await checks.check('a clip left before it began does not take the sound away', async () => {
    if ((await pressed(page, '#sound')) === 'false') await page.click('#sound');
    await page.evaluate(() => {
      window.reallyPlay = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('left', 'AbortError'));
    });
    await moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip');
    await page.waitForTimeout(200);
    const muted = await page.evaluate(() => document.querySelector('.clip:not([inert]) video').muted);
    expect(!muted && (await pressed(page, '#sound')) === 'true', 'muted');
  });
  await checks.check('where sound is not allowed the clip plays muted, and the button says so', async () => {
    await page.evaluate(() => {
      HTMLMediaElement.prototype.play = function play() {
        if (!this.muted) return Promise.reject(new DOMException('no sound', 'NotAllowedError'));
        return window.reallyPlay.call(this);
      };
    });
    await moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip');
    await until(async () => (await pressed(page, '#sound')) === 'false', 'the button to say so');
    await until(async () => !(await paused()), 'the clip to play');
  });
  await close();
}

async function touch(checks, browser, server) {
  await checks.check('on a touch screen a tapped list goes on moving', async () => {
    const {page, close} = await openFeed(browser, server, '/', PHONE);
    const {sent} = listenForEvents(page);
    await ready(page);
    await page.tap('#grip');
    await page.waitForTimeout(600);
    const order = () => page.evaluate(() => [...document.querySelectorAll('.entry')].map(row => row.dataset.id).join());
    const box = await page.locator('#list').boundingBox();
    await page.touchscreen.tap(box.x + 2, box.y + 2); // beside the rows: none is chosen
    const sticks = await page.evaluate(() => document.querySelector('#list').matches(':hover'));
    const before = await order();
    await page.keyboard.press('KeyL');
    await sent('video_liked');
    await until(async () => (await order()) !== before, `another order (hovered: ${sticks})`, 5000);
    await close();
  });
}

async function newViewer(checks, browser, server) {
  await checks.check('a new viewer that cannot be made is told, and the old one stays', async () => {
    const {page, close} = await openFeed(browser, server);
    await ready(page);
    const viewer = () => page.evaluate(() => JSON.parse(localStorage['potik.memory']).id);
    const before = await viewer();
    await page.route('**/v1/viewers', route => route.abort());
    await page.keyboard.press('KeyP');
    await page.click('#new-viewer');
    await toasted(page, /тим самим глядачем/);
    expect((await viewer()) === before, 'another viewer');
    await close();
  });
}

export async function troubleChecks(checks, browser, server) {
  await noLists(checks, browser, server);
  await catalogue(checks, browser, server);
  await storage(checks, browser, server);
  await playback(checks, browser, server);
  await touch(checks, browser, server);
  await newViewer(checks, browser, server);
}
