// What a viewer must be able to do.
import {expect, until} from './checks.mjs';
import {PHONE, atTop, currentTime, listenForEvents, moveOn, openFeed, rows} from './feed_page.mjs';

const order = page =>
  page.evaluate(() => [...document.querySelectorAll('.entry')].map(row => row.dataset.id).join(' '));
const receipt = page => page.evaluate(() => document.querySelector('#receipt-text').textContent);
const pressed = page => page.getAttribute('#like', 'aria-pressed');

// In the page: what a person of the English page still meets in Ukrainian. Comments are people's own words, and
// what was said before the switch (#said, #toast) or in a drawer that is closed now is over.
function ukrainianLeft() {
  const own = node =>
    node.parentElement.closest('[lang=uk], #comments, #said, #toast, noscript') || !node.parentElement.checkVisibility();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title];
  while (texts.nextNode()) if (!own(texts.currentNode)) found.push(texts.currentNode.data);
  for (const node of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
    if (!node.closest('[lang=uk]'))
      found.push(...['aria-label', 'placeholder', 'title', 'alt'].map(name => node.getAttribute(name) ?? ''));
  return found.filter(text => /[а-яґєії]/i.test(text)).map(text => text.trim());
}

async function listChanges(page, act) {
  await page.mouse.move(4, 4); // rows under the pointer do not move
  const before = await order(page);
  await act();
  await until(async () => (await order(page)) !== before, 'another order of the list', 3000);
}

export async function feedChecks(checks, browser, server, shot) {
  const {page, faults, close} = await openFeed(browser, server);
  const {events, sent} = listenForEvents(page);

  await checks.check('the clip plays, muted at first', async () => {
    await rows(page);
    const first = await until(() => currentTime(page), 'a playing clip', 10_000);
    await until(async () => (await currentTime(page)) > first + 0.3, 'the clip to go on');
    expect(await page.evaluate(() => document.querySelector('.clip video').muted), 'the clip is not muted');
  });
  await checks.check('each row says why it is there', async () => {
    const reasons = await page.locator('.entry .rsn').allTextContents();
    expect(reasons.length && reasons.every(text => text.trim().length > 2), `reasons: ${reasons.join(', ')}`);
  });
  await checks.check('an impression is told after a second', async () => {
    const event = await sent('video_shown');
    expect(event.request_id && event.position === 0, `not bound to the answer: ${JSON.stringify(event)}`);
  });
  await shot(page, 'feed-first');
  await checks.check('a like changes the list within a second and the receipt tells', async () => {
    await new Promise(resolve => setTimeout(resolve, 1500)); // the impression's own change is over
    await page.evaluate(() => {
      const list = document.querySelector('#list');
      const ids = () => [...document.querySelectorAll('.entry')].map(row => row.dataset.id).join(' ');
      const before = ids();
      new MutationObserver(() => {
        if (ids() !== before) window.changedAt ??= performance.now();
      }).observe(list, {childList: true, subtree: true});
      document.querySelector('#like').addEventListener(
        'click',
        () => {
          window.likedAt = performance.now();
        },
        {capture: true},
      );
    });
    await page.mouse.move(4, 4);
    const before = await page.evaluate(() => document.querySelector('#receipt-path').textContent);
    await page.evaluate(() => document.querySelector('#like').click());
    await sent('video_liked');
    const took = await until(
      () => page.evaluate(() => window.changedAt && window.changedAt - window.likedAt),
      'a changed list',
    );
    console.log(`# like to changed list: ${took.toFixed(0)} ms`);
    expect(took < 1000, `took ${took.toFixed(0)} ms`);
    expect((await pressed(page)) === 'true', 'the heart is not pressed');
    expect(/Враховано вашу дію/.test(await receipt(page)), `the receipt says: ${await receipt(page)}`);
    expect(
      (await page.evaluate(() => document.querySelector('#receipt-path').textContent)) !== before,
      'the receipt is the old one',
    );
    expect((await page.locator('.entry.moved').count()) > 0, 'no row is marked as moved');
  });
  await new Promise(resolve => setTimeout(resolve, 600));
  await shot(page, 'feed-liked');
  await checks.check('a comment is sent and shown', async () => {
    await page.click('#talk');
    await page.fill('#comment-text', 'Дивлюся <b>вчетверте</b>');
    await page.press('#comment-text', 'Enter');
    const event = await sent('comment_posted');
    expect(event.comment_id && event.text === 'Дивлюся <b>вчетверте</b>', JSON.stringify(event));
    expect(
      await page
        .locator('#comments .cmt.mine')
        .innerText()
        .then(text => text.includes('<b>вчетверте</b>')),
      'not shown as text',
    );
    await new Promise(resolve => setTimeout(resolve, 400));
    await shot(page, 'feed-comments');
    await page.keyboard.press('Escape');
    expect(await page.locator('#drawer-talk').isHidden(), 'Escape does not close the drawer');
  });
  await checks.check('next shows another clip and tells what was watched', async () => {
    const before = await atTop(page);
    await moveOn(page, () => page.click('#next-clip'), 'the next clip');
    const event = await sent('video_played', played => played.video_id === before);
    expect(event.watch_ms > 1000 && event.duration_ms > 5000, JSON.stringify(event));
  });
  await checks.check('"not for me" is told and moves on', async () => {
    const shown = await atTop(page);
    await moveOn(page, () => page.click('#dislike'), 'the clip after a disliked one');
    await sent('video_disliked', event => event.video_id === shown);
    expect((await page.locator('#interests .grown').count()) === 0, 'it stands there as what was added');
  });
  await checks.check('the keys work: J K L M C Space', async () => {
    const first = await atTop(page);
    await moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip by J');
    expect(
      (await moveOn(page, () => page.keyboard.press('KeyK'), 'the previous clip by K')) === first,
      'K does not go back',
    );
    await moveOn(page, () => page.keyboard.press('ArrowDown'), 'the next clip by the arrow');
    const liked = await pressed(page);
    await page.keyboard.press('KeyL');
    expect((await pressed(page)) !== liked, 'L does not like');
    await page.keyboard.press('KeyM');
    expect((await page.getAttribute('#sound', 'aria-pressed')) === 'true', 'M does not turn the sound on');
    await page.focus('#reel'); // on a button Space would press it
    await page.keyboard.press('Space');
    await until(() => page.locator('.paused').count(), 'the play sign after Space');
    await page.keyboard.press('Space');
    await page.keyboard.press('KeyC');
    expect(await page.locator('#drawer-talk').isVisible(), 'C does not open the comments');
    await page.evaluate(() => document.querySelector('#help').showModal());
    await page.keyboard.press('Escape');
    await until(async () => (await page.locator('#help[open]').count()) === 0, 'the help to close');
    expect(await page.locator('#drawer-talk').isVisible(), 'Escape closed the drawer beneath the help too');
    await page.keyboard.press('Escape');
    expect(await page.locator('#drawer-talk').isHidden(), 'Escape does not close the drawer');
  });
  await checks.check('a row of the list plays when chosen', async () => {
    const id = await page.locator('.entry').nth(2).getAttribute('data-id');
    await page.locator(`.entry[data-id="${id}"] button`).click();
    await until(async () => (await atTop(page)) === id, `clip ${id} on screen`);
  });
  await checks.check('the list follows a viewer from clip to clip', () =>
    listChanges(page, () => moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip')),
  );
  await checks.check('the language switches and is kept', async () => {
    await page.click('.side [data-language=en]');
    expect((await page.innerText('#rail-title')) === 'For you', 'the title is not English');
    expect((await page.getAttribute('html', 'lang')) === 'en', 'lang is not en');
    const left = await page.evaluate(ukrainianLeft);
    expect(!left.length, `left in Ukrainian: ${left.join('; ')}`);
    await shot(page, 'feed-english');
    await page.reload();
    await rows(page);
    expect((await page.innerText('#rail-title')) === 'For you', 'English is forgotten after a reload');
    await page.click('.side [data-language=uk]');
    expect((await page.innerText('#rail-title')) === 'Для вас', 'no way back to Ukrainian');
  });
  await checks.check('every event has an id of its own and the viewer stays the same', () => {
    const ids = new Map(events.map(event => [event.event_id, JSON.stringify(event)]));
    expect(
      events.every(event => ids.get(event.event_id) === JSON.stringify(event)),
      'one id, two contents',
    );
    expect(new Set(events.map(event => event.user_id)).size === 1, 'the viewer changed');
  });
  await checks.check('no console errors, no foreign requests on the feed', () =>
    expect(!faults.length, faults.join('; ')),
  );
  await close();
}

export async function offlineChecks(checks, browser, server) {
  const {page, close} = await openFeed(browser, server);
  await rows(page);
  await checks.check('acts done without a network are kept and sent later with the same id', async () => {
    const tried = [];
    const arrived = [];
    await page.route('**/v1/events', route => {
      tried.push(...JSON.parse(route.request().postData()));
      return route.abort();
    });
    await until(() => currentTime(page), 'a playing clip', 10_000);
    await page.keyboard.press('KeyL');
    await until(() => tried.some(event => event.type === 'video_liked'), 'the like to be tried', 20_000);
    await until(async () => /Зберігаємо/.test(await receipt(page)), 'the receipt to say that acts wait');
    await page.unroute('**/v1/events');
    page.on('request', request => {
      if (request.url().endsWith('/v1/events')) arrived.push(...JSON.parse(request.postData()));
    });
    const like = tried.find(event => event.type === 'video_liked');
    await until(
      () => arrived.find(event => event.event_id === like.event_id),
      'the same event again',
      20_000,
    );
    await until(async () => !/Зберігаємо/.test(await receipt(page)), 'the receipt to forget it');
  });
  await close();
}

export async function phoneChecks(checks, browser, server, shot) {
  const {page, faults, close} = await openFeed(browser, server, '/', PHONE);
  await rows(page);
  await checks.check('on a phone the clip fills the width and nothing scrolls sideways', async () => {
    await until(() => currentTime(page), 'a playing clip', 10_000);
    const wide = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.querySelector('.clip').clientWidth,
    ]);
    expect(wide[0] <= 390 && wide[1] === 390, `widths ${wide}`);
    await page.tap('#like');
    await until(async () => /Враховано/.test(await receipt(page)), 'the receipt');
    await shot(page, 'feed-phone');
  });
  await checks.check('on a phone the list is a sheet that opens', async () => {
    expect(await page.evaluate(() => document.querySelector('#list').inert), 'the closed list takes focus');
    await page.tap('#grip');
    expect((await page.getAttribute('#rail', 'data-sheet')) === 'open', 'the sheet does not open');
    await new Promise(resolve => setTimeout(resolve, 600));
    await shot(page, 'feed-phone-list');
  });
  await checks.check('no console errors on a phone', () => expect(!faults.length, faults.join('; ')));
  await close();
}
