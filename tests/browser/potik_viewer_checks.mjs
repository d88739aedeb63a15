// What potik.js promises of viewers: their tokens last, and nobody's events go as another's.
import {expect, until} from './checks.mjs';
import {openSite} from './potik_page.mjs';

const DAY_MS = 86_400_000;
const GONE = 'potik.events:::a-page-that-is-gone';

const iso = time => new Date(time).toISOString();
const like = (userId, id) => ({
  event_id: id,
  type: 'video_liked',
  occurred_at: Date.now(),
  ...(userId ? {user_id: userId} : {}),
  session_id: 's',
  surface: 'feed',
  video_id: 'clip-1',
});
const accept = batch => ({
  status: 202,
  json: {accepted: batch.length, dead_letters: 0, results: batch.map((_, i) => ({line: i + 1, status: 'accepted'}))},
});
const tokenOf = request => request.headers().authorization?.replace('Bearer ', '') ?? null;

// A browser whose storage holds `kept` before the site is opened; `viewers` answers POST /v1/viewers.
async function openWith(browser, server, kept, viewers, options = {}) {
  const context = await browser.newContext({viewport: {width: 800, height: 600}});
  await context.route('**/v1/viewers', viewers);
  await context.addInitScript(values => {
    if (sessionStorage.laid) return;
    sessionStorage.laid = 'yes';
    for (const [key, value] of Object.entries(values)) localStorage.setItem(key, JSON.stringify(value));
  }, kept);
  const site = await openSite(browser, server, {context, ...options});
  site.close = () => context.close();
  return site;
}

// A server that makes g-1 with token-1, and of a renewal the same viewer with the next token.
function makesViewers(now = Date.now) {
  const made = [];
  const answer = route => {
    const {user_id: id} = JSON.parse(route.request().postData());
    made.push({id, token: tokenOf(route.request())});
    const json = {
      user_id: id ?? `g-${made.length}`,
      token: `token-${made.length}`,
      expires_at: iso(now() + 30 * DAY_MS),
    };
    return route.fulfill({status: 201, json});
  };
  return {made, answer};
}

async function tokens(checks, browser, server) {
  for (const [name, age, renewed] of [
    ['more', 16, 1],
    ['less', 14, 0],
  ])
    await checks.check(`viewer: ${name} than half of a token's life is over at the start`, async () => {
      const viewers = makesViewers();
      const kept = {
        user_id: 'g-7',
        token: 'token-old',
        expires_at: iso(Date.now() + (30 - age) * DAY_MS),
        made_at: Date.now() - age * DAY_MS,
      };
      const site = await openWith(browser, server, {'potik.viewer:': kept}, viewers.answer);
      const token = () => site.page.evaluate(() => window.potik.token);
      if (renewed) await until(async () => (await token()) === 'token-1', 'the new token');
      else await site.page.waitForTimeout(500);
      expect(viewers.made.length === renewed, JSON.stringify(viewers.made));
      if (renewed) {
        const [{id, token: used}] = viewers.made;
        expect(id === 'g-7' && used === 'token-old', JSON.stringify(viewers.made));
      }
      const stored = await site.page.evaluate(() => JSON.parse(localStorage['potik.viewer:']));
      expect(stored.user_id === 'g-7' && Number.isInteger(stored.made_at), JSON.stringify(stored));
      await site.close();
    });
  await checks.check('viewer: a page that stays open renews its token too', async () => {
    let now = Date.now();
    const viewers = makesViewers(() => now);
    const site = await openWith(browser, server, {}, viewers.answer, {clock: true});
    const pass = async days => {
      now += days * DAY_MS;
      await site.page.clock.fastForward(days * DAY_MS);
      await site.page.waitForTimeout(300);
    };
    await until(() => viewers.made.length === 1, 'the viewer');
    await pass(14);
    expect(viewers.made.length === 1, 'renewed too soon');
    await pass(2);
    await until(() => viewers.made.length === 2, 'the renewal');
    expect(viewers.made[1].id === 'g-1' && viewers.made[1].token === 'token-1', JSON.stringify(viewers.made));
    await until(() => site.page.evaluate(() => window.potik.token === 'token-2'), 'the new token');
    await site.close();
  });
  await checks.check('viewer: a token function that fails is asked again; without userId it is not used', async () => {
    const site = await openSite(browser, server);
    const faults = [];
    site.page.on('pageerror', error => faults.push(error.message));
    const [token, name] = await site.page.evaluate(async () => {
      const {connect} = await import('/assets/potik.js');
      let asked = 0;
      const own = connect({
        userId: 'reader-7',
        token: () => ((asked += 1) > 1 ? Promise.resolve('second') : Promise.reject(new Error('not yet'))),
      });
      const nobody = connect({token: () => 'of nobody'});
      const [{token: got}, {userId}] = await Promise.all([own.ready, nobody.ready]);
      return [got, userId];
    });
    expect(token === 'second' && name, `${token}, ${name}`);
    expect(!faults.length, faults.join('; '));
    await site.close();
  });
}

async function batches(checks, browser, server) {
  const kept = {
    'potik.viewer:': {
      user_id: 'g-new',
      token: 'token-new',
      expires_at: iso(Date.now() + 30 * DAY_MS),
      made_at: Date.now(),
    },
    [GONE]: {
      at: 0,
      events: [like('g-old', 'e1'), like('g-new', 'e2'), like(null, 'e3'), like('g-lost', 'e4'), like('g-old', 'e5')],
      tokens: {'g-old': 'token-old'},
    },
  };
  const owners = {'token-old': 'g-old', 'token-new': 'g-new'};
  await checks.check('viewer: what an earlier viewer left goes as its own, and spoils nobody’s', async () => {
    const taken = [];
    const asked = [];
    const answer = (batch, request) => {
      const owner = owners[tokenOf(request)];
      asked.push([tokenOf(request), batch.map(event => event.user_id)]);
      if (!owner) return {status: 401, json: {}};
      if (batch.some(event => event.user_id !== owner)) return {status: 403, json: {}};
      taken.push(...batch.map(event => `${event.event_id} ${event.user_id}`));
      return accept(batch);
    };
    const site = await openWith(browser, server, kept, makesViewers().answer, {answer});
    const own = await site.page.evaluate(() => window.potik.liked('clip-2').event_id);
    const wanted = ['e1 g-old', 'e5 g-old', 'e2 g-new', 'e3 g-new', `${own} g-new`];
    await until(() => wanted.every(each => taken.includes(each)), `${wanted}`, 10_000).catch(error => {
      throw new Error(`${error.message}; taken: ${taken}; asked: ${JSON.stringify(asked)}`);
    });
    for (const [, users] of asked) expect(new Set(users).size === 1, `one batch of ${users}`);
    const refused = await until(() => site.page.evaluate(() => window.refused.length && window.refused), 'a refusal');
    expect(refused.length === 1 && refused[0].event.event_id === 'e4', JSON.stringify(refused));
    expect((await site.page.evaluate(() => window.potik.userId)) === 'g-new', 'another viewer');
    await site.close();
  });
  await checks.check('viewer: a batch that meets 403 goes one by one', async () => {
    const site = await openSite(browser, server);
    site.answer = batch =>
      batch.some(event => event.video_id === 'b') ? {status: 403, json: {detail: 'not this'}} : accept(batch);
    await site.page.evaluate(() => ['a', 'b', 'c'].forEach(id => window.potik.liked(id)));
    await until(() => site.page.evaluate(() => window.waiting.waiting === 0), 'nothing to wait');
    const refused = await site.page.evaluate(() => window.refused.map(refusal => refusal.event.video_id));
    expect(refused.join() === 'b', `refused: ${refused}`);
    await site.close();
  });
}

async function newViewers(checks, browser, server) {
  await checks.check('viewer: a new one that the server does not make leaves all as it was', async () => {
    const viewers = makesViewers();
    let silent = false;
    const site = await openWith(browser, server, {}, route => (silent ? route.abort() : viewers.answer(route)));
    site.answer = () => 'lost';
    silent = true;
    const [error, userId, waiting] = await site.page.evaluate(async () => {
      window.potik.liked('clip-1');
      const failed = await window.potik.newViewer().then(() => null, thrown => thrown.message);
      return [failed, window.potik.userId, window.waiting.waiting];
    });
    expect(error && userId === 'g-1' && waiting === 1, `${error}, ${userId}, ${waiting} wait`);
    await site.close();
  });
  await checks.check('viewer: what could not be sent before a new one goes later as the old one’s', async () => {
    const viewers = makesViewers();
    const site = await openWith(browser, server, {}, viewers.answer);
    const taken = [];
    let lost = true;
    site.answer = (batch, request) => {
      if (lost) return 'lost';
      taken.push(...batch.map(event => [event.video_id, event.user_id, tokenOf(request)].join(' ')));
      return accept(batch);
    };
    await site.page.evaluate(async () => {
      window.potik.liked('before');
      const changed = window.potik.newViewer();
      window.potik.liked('meanwhile');
      await changed;
      window.potik.liked('after');
    });
    lost = false;
    await site.page.evaluate(() => dispatchEvent(new Event('online')));
    const wanted = ['before g-1 token-1', 'meanwhile g-1 token-1', 'after g-2 token-2'];
    await until(() => taken.length >= 3, 'all three', 10_000);
    expect(wanted.every(each => taken.includes(each)), taken.join('; '));
    await site.close();
  });
}

export async function viewerChecks(checks, browser, server) {
  await tokens(checks, browser, server);
  await batches(checks, browser, server);
  await newViewers(checks, browser, server);
}
