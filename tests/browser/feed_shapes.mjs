// Windows and clips of other shapes: a phone's targets, a phone held sideways, a video that is wider than high.
import {axeClean} from './axe.mjs';
import {expect, until} from './checks.mjs';
import {PHONE, openFeed, ready, rows} from './feed_page.mjs';

const HIT = 44;
const SIDEWAYS = {...PHONE, viewport: {width: 844, height: 390}};

// What can be touched and is smaller than a finger wants, with its size. A chip may be cut by its row's edge.
const tooSmall = page =>
  page.evaluate(hit => {
    const targets = document.querySelectorAll('button, a[href], summary, input:not([type=checkbox]), [role=switch]');
    const reached = node => {
      const box = node.getBoundingClientRect();
      if (!box.width || !box.height || node.closest('[inert], .sr, .skip')) return false;
      const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return middle && (node.contains(middle) || middle.contains(node));
    };
    const least = node => {
      const box = (node.closest('.field') ?? node).getBoundingClientRect();
      return Math.min(box.width, box.height);
    };
    return [...targets]
      .filter(node => reached(node) && least(node) < hit - 0.5)
      .map(node => `${node.id || node.className || node.tagName} ${least(node).toFixed(0)}`);
  }, HIT);

async function targets(checks, browser, server) {
  const {page, close} = await openFeed(browser, server, '/', PHONE);
  await rows(page);
  const states = [
    ['the clip', () => {}],
    ['the list', () => page.tap('#grip')],
    ['comments', () => page.tap('#talk')],
    ['what is known', () => page.tap('.phonebar [data-drawer=me]')],
    ['the search', () => page.tap('.phonebar [data-find]')],
  ];
  for (const [name, open] of states) {
    await checks.check(`on a phone every target is ${HIT} px: ${name}`, async () => {
      await open();
      await page.waitForTimeout(600);
      const small = await tooSmall(page);
      if (await page.locator('.drawer:not([hidden]) [data-close]').count())
        await page.tap('.drawer:not([hidden]) [data-close]');
      else if (name === 'the list') await page.tap('#grip');
      else if (name === 'the search') await page.tap('[data-find-close]');
      await page.waitForTimeout(600);
      expect(small.length === 0, small.join(', '));
    });
  }
  await close();
}

async function sideways(checks, browser, server, shot) {
  await checks.check('a phone held sideways: every control is on screen', async () => {
    const {page, close} = await openFeed(browser, server, '/', SIDEWAYS);
    await ready(page);
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('.side button, .act, .step, .rail > header summary')]
        .map(node => [node.id || node.className, node.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.bottom > innerHeight || box.right > innerWidth || box.top < 0))
        .map(([name, box]) => `${name} ${box.top.toFixed(0)}–${box.bottom.toFixed(0)}`),
    );
    expect(outside.length === 0, outside.join(', '));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide <= SIDEWAYS.viewport.width, `${wide} px wide`);
    await axeClean(page, 'sideways');
    await shot(page, 'feed-phone-sideways');
    await page.tap('.side [data-drawer=me]');
    await until(() => page.locator('#drawer-me [data-language=en]').isVisible(), 'the choice of the language');
    await close();
  });
}

async function wideClip(checks, browser, server) {
  await checks.check('of a video that is wider than high nothing is cut off', async () => {
    const {page, close} = await openFeed(browser, server);
    await page.locator('.clip:not([inert]) video').waitFor();
    const fit = await page.evaluate(() => {
      const video = document.querySelector('.clip:not([inert]) video');
      Object.defineProperty(video, 'videoWidth', {value: 640});
      Object.defineProperty(video, 'videoHeight', {value: 360});
      video.dispatchEvent(new Event('loadedmetadata'));
      return getComputedStyle(video).objectFit;
    });
    expect(fit === 'contain', fit);
    await close();
  });
}

export async function shapeChecks(checks, browser, server, shot) {
  await targets(checks, browser, server);
  await sideways(checks, browser, server, shot);
  await wideClip(checks, browser, server);
}
