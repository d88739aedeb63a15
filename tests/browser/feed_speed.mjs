// How soon the viewer's page is there, and how soon it answers a like, the next clip and a comment.
import {MAY_BE_MISSING, PHONE, atTop, moveOn, openFeed, ready} from './feed_page.mjs';
import {until} from './checks.mjs';
import {speedCheck} from './speed.mjs';

async function act(page, press) {
  await press('#like');
  await moveOn(page, () => page.keyboard.press('KeyJ'), 'the next clip');
  await press('#talk');
  await page.fill('#comment-text', 'так');
  await page.press('#comment-text', 'Enter');
  await until(() => page.locator('#comments .cmt').count(), 'the comment');
  await until(() => atTop(page), 'the clip at rest');
}

// A page goes before, for the first one of a browser waits for the browser; nothing of it is kept for the next.
export async function speedChecks(checks, browser, server) {
  const first = await openFeed(browser, server);
  await ready(first.page);
  await first.close();
  await speedCheck(checks, 'the feed', browser, server, '/', {
    ready,
    act: page => act(page, selector => page.click(selector)),
    options: {quiet: MAY_BE_MISSING},
  });
  await speedCheck(checks, 'the feed on a phone', browser, server, '/', {
    ready,
    act: page => act(page, selector => page.tap(selector)),
    options: {quiet: MAY_BE_MISSING, ...PHONE},
  });
}
