// The page in each of its states, for every eye and hand: axe in both languages and themes, on desktop and phone;
// twice the text size; what it says when the server or the network is gone.
import {axeClean} from './axe.mjs';
import {expect, until} from './checks.mjs';
import {PHONE, atTop, currentTime, openFeed, ready, rows} from './feed_page.mjs';

const LOOKS = Object.entries({desktop: {}, phone: PHONE}).flatMap(([device, options]) =>
  Object.entries({Ukrainian: 'uk-UA', English: 'en-GB'}).flatMap(([language, locale]) =>
    ['dark', 'light'].map(colorScheme => [
      `${device}, ${language}, ${colorScheme}`,
      {...options, locale, colorScheme},
    ]),
  ),
);

async function open(browser, server, look, setUp = () => {}) {
  const opened = await openFeed(browser, server, '/assets/icon.svg', look);
  await setUp(opened.page);
  await opened.page.goto(`${server}/`);
  return opened;
}

// Every state: how the page comes into it. Those that need a server of bad behaviour get it from the browser.
const stalled = page => page.route('**/recommendations/stream*', () => {});
const empty = page =>
  page.route('**/recommendations/stream*', route =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `event: recommendations\ndata: ${JSON.stringify({
        request_id: 'r',
        known_user: false,
        cached: false,
        model_version: 1,
        receipt: {partition: null, offset: null, occurred_at: null, epoch: 1, computed_at: null},
        videos: [],
      })}\n\n`,
    }),
  );
const failing = page =>
  page.route('**/recommendations/stream*', route => route.fulfill({status: 503, json: {title: 'no'}}));

async function axeStates(checks, browser, server, name, look) {
  const phone = look.isMobile;
  const check = (state, setUp, body) =>
    checks.check(`axe, ${name}: ${state}`, async () => {
      const {page, close} = await open(browser, server, look, setUp);
      await body(page);
      await axeClean(page, state);
      await close();
    });
  await check('loading', stalled, page => page.locator('.skelrow').first().waitFor({state: 'attached'}));
  await check('empty', empty, page => page.locator('.blank .chip').first().waitFor({state: 'attached'}));
  await check('error', failing, page => page.locator('#banner .note').waitFor({timeout: 15_000}));
  await checks.check(`axe, ${name}: ready, offline, comments, what is known, search, help`, async () => {
    const {page, close} = await open(browser, server, look);
    const look_ = async state => {
      await axeClean(page, state);
    };
    await ready(page);
    await look_('ready');
    if (phone) {
      await page.tap('#grip');
      await look_('the open list');
      await page.tap('#grip');
    }
    await page.click('#talk');
    await page.fill('#comment-text', 'so it is');
    await page.press('#comment-text', 'Enter');
    await look_('comments');
    await page.keyboard.press('Escape');
    await page.keyboard.press('KeyP');
    await until(() => page.locator('#counted dd').count(), 'what is known');
    await look_('what is known');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Slash');
    await page.keyboard.type('zzz');
    await look_('nothing found');
    await page.keyboard.press('Escape');
    await page.locator('#reel').focus();
    await page.keyboard.press('Shift+Slash');
    await look_('help');
    await page.keyboard.press('Escape');
    await page.context().setOffline(true);
    await page.locator('#banner .note').waitFor();
    await look_('offline');
    await close();
  });
}

async function words(checks, browser, server) {
  await checks.check(
    'offline: it says what is on the device and what waits, and the order stays',
    async () => {
      const {page, close} = await openFeed(browser, server);
      await ready(page);
      await page.waitForTimeout(1500); // the impression has gone
      const before = await page.locator('.entry').count();
      await page.context().setOffline(true);
      await until(async () => /Немає мережі/.test(await page.innerText('#banner')), 'the word');
      await page.keyboard.press('KeyL');
      await until(
        async () => /дію надішлемо|дії надішлемо/.test(await page.innerText('#banner')),
        'what waits',
      );
      expect(/на пристрої/.test(await page.innerText('#banner')), await page.innerText('#banner'));
      expect((await page.locator('.entry').count()) === before, 'the order is gone');
      await page.context().setOffline(false);
      await until(async () => (await page.innerText('#banner')) === '', 'all well again', 20_000);
      await close();
    },
  );
  await checks.check('a silent server: the old order stays, with a button that asks again', async () => {
    const {page, close} = await openFeed(browser, server);
    await ready(page);
    await page.evaluate(() => {
      const real = window.fetch;
      window.fetch = (url, init) =>
        String(url).includes('/stream') ? Promise.reject(new TypeError('gone')) : real(url, init);
      window.mended = () => (window.fetch = real);
    });
    const before = await page.locator('.entry').count();
    await page.evaluate(() => dispatchEvent(new Event('online'))); // asks anew, and gets nothing
    await until(async () => /Список не оновився/.test(await page.innerText('#banner')), 'the word', 15_000);
    expect((await page.locator('.entry').count()) === before, 'the order is gone');
    await page.evaluate(() => window.mended() && undefined);
    await page.click('#banner .btn');
    await until(async () => (await page.innerText('#banner')) === '', 'all well again', 15_000);
    await close();
  });
  await checks.check('a clip that does not load says so and tries again', async () => {
    const {page, close} = await open(browser, server, {}, target =>
      target.route('**/*.mp4', route =>
        route.fulfill({status: 200, contentType: 'text/plain', body: 'no film'}),
      ),
    );
    await rows(page);
    await page.locator('.veil').first().waitFor();
    await page.unroute('**/*.mp4');
    await page.locator('.clip:not([inert]) .veil .btn').click();
    await until(
      () => page.evaluate(() => document.querySelector('.clip:not([inert]) video').readyState >= 2),
      'the film',
    );
    await close();
  });
}

async function recovery(checks, browser, server) {
  await checks.check('once the network is back, the clip that did not load plays, with its figures', async () => {
    const {page, close} = await openFeed(browser, server);
    await ready(page);
    // One that the list did not fetch ahead.
    const last = page.locator('.entry').last();
    const id = await last.getAttribute('data-id');
    await page.context().setOffline(true);
    await until(async () => /Немає мережі/.test(await page.innerText('#banner')), 'the word');
    await last.locator('button').click();
    await until(async () => (await atTop(page)) === id, 'the clip');
    await page.locator('.clip:not([inert]) .veil').waitFor();
    const figures = page.waitForResponse(answer => new URL(answer.url()).pathname === `/v1/videos/${id}` && answer.ok());
    await page.context().setOffline(false);
    await until(() => currentTime(page), 'the film', 20_000);
    expect((await page.locator('.clip:not([inert]) .veil').count()) === 0, 'the word of it stands there still');
    await figures;
    await close();
  });
}

// 200 % text: nothing goes over the side, and no control is cut off or covered.
async function large(checks, browser, server, shot) {
  for (const [name, look] of [
    ['desktop', {}],
    ['phone', PHONE],
  ])
    await checks.check(
      `twice the text size, ${name}: every control is there and can be reached`,
      async () => {
        const {page, close} = await openFeed(browser, server, '/', look);
        await ready(page);
        await page.evaluate(() => {
          document.documentElement.style.fontSize = '200%';
        });
        await page.waitForTimeout(600);
        await shot(page, `feed-large-${name}`);
        const wrong = await page.evaluate(() => {
          const faults = [];
          if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is too wide');
          for (const node of document.querySelectorAll(
            '.act, .phonebar .icon, #grip, .side button, #search',
          )) {
            if (!node.offsetParent) continue;
            node.scrollIntoView({block: 'nearest', inline: 'nearest'});
            const box = node.getBoundingClientRect();
            const hit = document.elementFromPoint(
              box.left + box.width / 2,
              box.top + Math.min(box.height / 2, 20),
            );
            const name = node.id || node.className || node.textContent.trim();
            if (box.left < -1 || box.right > innerWidth + 1) faults.push(`${name} is cut off`);
            if (!hit || !(node.contains(hit) || hit.contains(node))) faults.push(`${name} is covered`);
          }
          return faults;
        });
        expect(!wrong.length, wrong.join('; '));
        expect(await atTop(page), 'no clip at the top');
        await close();
      },
    );
}

export async function stateChecks(checks, browser, server, shot) {
  for (const [name, look] of LOOKS) await axeStates(checks, browser, server, name, look);
  await words(checks, browser, server);
  await recovery(checks, browser, server);
  await large(checks, browser, server, shot);
}
