// The viewer's page as a check sees it.
import {openPage, until} from './checks.mjs';

export const PHONE = {
  viewport: {width: 390, height: 844},
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};

// Not every server has a demo to switch, and the page can only ask.
export const MAY_BE_MISSING = {url: /\/v1\/demo$/, status: 404};

export const openFeed = (browser, server, path = '/', options = {}) =>
  openPage(browser, server, path, {quiet: MAY_BE_MISSING, ...options});

export const atTop = page =>
  page.evaluate(() => {
    const reel = document.querySelector('#reel').getBoundingClientRect();
    return (
      [...document.querySelectorAll('.clip')].find(
        clip => Math.abs(clip.getBoundingClientRect().top - reel.top) < 4,
      )?.dataset.id ?? null
    );
  });

export const currentTime = page =>
  page.evaluate(() => document.querySelector('.clip:not([inert]) video')?.currentTime ?? 0);

export const rows = page =>
  until(async () => (await page.locator('.entry').count()) >= 3, 'three rows in the list', 10_000);

export const ready = async page => {
  await rows(page);
  await until(() => atTop(page), 'a clip on screen');
};

export async function moveOn(page, act, what) {
  const before = await until(() => atTop(page), 'a clip on screen');
  await act();
  return until(
    async () => {
      const now = await atTop(page);
      return now && now !== before && now;
    },
    what,
    15_000,
  );
}

// What leaves the page, as it leaves.
export function listenForEvents(page) {
  const events = [];
  page.on('request', request => {
    const isEvents = new URL(request.url()).pathname.endsWith('/v1/events');
    const text = isEvents ? request.postData() : null; // of some beacons it is not told
    if (text !== null) events.push(...[].concat(JSON.parse(text)));
  });
  const sent = (type, test = () => true) =>
    until(() => events.find(event => event.type === type && test(event)), `an event ${type}`);
  return {events, sent};
}
