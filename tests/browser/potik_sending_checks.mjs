// What potik.js promises of events on their way: none is lost or doubled, and who refuses is believed.
import fs from 'node:fs';
import http from 'node:http';
import {expect, until} from './checks.mjs';
import {HTML, openSite} from './potik_page.mjs';

const SCHEMA = JSON.parse(
  fs.readFileSync(new URL('../../docs/formats/event.schema.json', import.meta.url), 'utf8'),
);

const lost = () => 'lost';
const accept = batch => ({
  status: 202,
  json: {
    accepted: batch.length,
    dead_letters: 0,
    results: batch.map((_, i) => ({line: i + 1, status: 'accepted', partition: 0, offset: i})),
  },
});

// Stops the page's clock; how long it is from then to the next attempt.
async function freeze(page) {
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 300);
  return page.evaluate(() => window.potik.outbox.timerAt - Date.now());
}

async function sendingChecks(checks, browser, server) {
  const check = (name, options, body) =>
    checks.check(`sending: ${name}`, async () => {
      const site = await openSite(browser, server, options);
      site.answer = accept;
      await body(site, site.page);
      await site.close();
    });
  const like = (page, id = 'clip-1') => page.evaluate(video => window.potik.liked(video).event_id, id);
  const state = page => page.evaluate(() => ({...window.waiting}));

  await check('acts of one moment are one request', {}, async (site, page) => {
    await page.evaluate(() => ['a', 'b', 'c'].forEach(id => window.potik.liked(id)));
    await until(async () => (await state(page)).waiting === 0 && site.sent.length, 'all sent');
    expect(site.sent.length === 1 && site.sent[0].length === 3, `${site.sent.length} requests`);
  });
  await check(
    'a short loss: the same event again, once the network is back',
    {clock: true},
    async (site, page) => {
      site.answer = lost;
      const id = await like(page);
      await site.arrives(event => event.event_id === id, 'an attempt');
      await until(async () => (await state(page)).lost, 'the loss to be told');
      site.answer = accept;
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await until(async () => (await state(page)).waiting === 0, 'nothing to wait');
      expect(
        site.events().every(event => event.event_id === id),
        'another id',
      );
      expect(site.sent.length === 2, `${site.sent.length} requests`);
    },
  );
  await check('a loss without a word: tried again later and later', {clock: true}, async (site, page) => {
    site.answer = lost;
    await like(page);
    for (const [tries, pause] of [
      [1, 1000],
      [2, 2000],
      [3, 4000],
    ]) {
      await until(() => site.sent.length === tries, `attempt ${tries}`);
      await until(() => page.evaluate(() => window.potik.outbox.attempt).then(n => n === tries), 'the loss');
      const left = await freeze(page);
      expect(left > pause - 900 && left <= pause, `to be tried in ${left} ms, not ${pause}`);
      await page.clock.runFor(left - 50);
      expect(site.sent.length === tries, 'tried too soon');
      await page.clock.runFor(100);
    }
    await until(() => site.sent.length === 4, 'the fourth attempt');
  });
  await check('a reload while offline keeps what waits, with its id', {}, async (site, page) => {
    site.answer = lost;
    const id = await like(page);
    await until(async () => (await state(page)).lost, 'the loss');
    await site.load();
    site.answer = accept;
    const tried = site.sent.length;
    await until(
      () =>
        site.sent
          .slice(tried)
          .flat()
          .find(event => event.event_id === id),
      'it again',
      10_000,
    );
    await until(async () => (await state(page)).waiting === 0, 'nothing to wait');
    const kept = await page.evaluate(() =>
      Object.keys(localStorage).filter(key => key.startsWith('potik.events')),
    );
    expect(!kept.length, `still kept: ${kept}`);
  });
  await check('two pages of a site do not take each other’s events', {}, async (site, page) => {
    site.answer = lost;
    await like(page);
    await until(async () => (await state(page)).lost, 'the loss');
    const other = await openSite(browser, server, {context: site.context});
    await other.page.evaluate(() => window.potik.outbox.adopt());
    expect((await state(other.page)).waiting === 0, 'taken from a page that lives');
    await page.close();
    other.answer = accept;
    await until(async () => {
      await other.page.evaluate(() => window.potik.outbox.adopt());
      return other.sent.length;
    }, 'the events of the closed page');
  });
  await check('429 with Retry-After is waited for', {clock: true}, async (site, page) => {
    site.answer = () => ({status: 429, headers: {'Retry-After': '7'}, json: {title: 'Overloaded'}});
    const id = await like(page);
    await until(async () => (await state(page)).lost, 'the refusal');
    site.answer = accept;
    const left = await freeze(page);
    expect(left > 6000 && left <= 7000, `to be tried in ${left} ms`);
    await page.evaluate(() => void window.potik.flush());
    await page.clock.runFor(left - 50);
    expect(site.sent.length === 1, 'sent before the time');
    await page.clock.runFor(100);
    await until(() => site.sent.length === 2, 'the second attempt');
    expect(site.sent[1][0].event_id === id, 'another id');
  });
  await check('what the server will never take is given up and told', {}, async (site, page) => {
    site.answer = batch => ({status: 403, json: {detail: `not ${batch.length} more`}});
    await like(page);
    await until(() => page.evaluate(() => window.refused.length), 'the refusal to be told');
    const [refusal] = await page.evaluate(() => window.refused);
    expect(refusal.status === 403 && refusal.reason === 'not 1 more', JSON.stringify(refusal));
    expect((await state(page)).waiting === 0 && !(await state(page)).lost, 'it still waits');
  });
  await check('of a batch only the dead letter is told', {}, async (site, page) => {
    site.answer = batch => ({
      status: 202,
      json: {
        accepted: batch.length - 1,
        dead_letters: 1,
        results: [{line: 2, status: 'dead_letter', reason: 'unknown_type', partition: 0, offset: 1}],
      },
    });
    await page.evaluate(() => ['a', 'b', 'c'].forEach(id => window.potik.liked(id)));
    const refused = await until(
      () => page.evaluate(() => window.refused.length && window.refused),
      'the dead letter',
    );
    expect(refused.length === 1 && refused[0].event.video_id === 'b', JSON.stringify(refused));
  });
  await check('one event that spoils its batch does not spoil the others', {}, async (site, page) => {
    site.answer = batch =>
      batch.some(event => event.video_id === 'b') ? {status: 413, json: {detail: 'too long'}} : accept(batch);
    await page.evaluate(() => ['a', 'b', 'c'].forEach(id => window.potik.liked(id)));
    await until(async () => (await state(page)).waiting === 0, 'nothing to wait');
    const refused = await page.evaluate(() => window.refused.map(refusal => refusal.event.video_id));
    expect(refused.join() === 'b', `refused: ${refused}`);
    expect(
      ['a', 'c'].every(id => site.sent.some(batch => batch.length === 1 && batch[0].video_id === id)),
      'others',
    );
  });
  await check('an endless loss keeps the newest 200', {clock: true}, async (site, page) => {
    site.answer = lost;
    await page.evaluate(() => Array.from({length: 230}, (_, i) => window.potik.liked(`clip-${i}`)));
    expect((await state(page)).waiting === 200, JSON.stringify(await state(page)));
    await site.arrives(event => event.video_id === 'clip-30', 'the oldest kept');
    expect(
      site.sent.every(batch => batch.length <= 50),
      'a batch of more than 50',
    );
  });
  await check('without any storage it works too', {options: {storage: null}}, async (site, page) => {
    const id = await like(page);
    await site.arrives(event => event.event_id === id, 'the like');
  });
  await check(
    'a 401 brings a new viewer, once; what waits goes over to it',
    {clock: true},
    async (site, page) => {
      let made = 0;
      await page.route('**/v1/viewers', route => {
        made += 1;
        return route.fulfill({
          status: 201,
          json: {user_id: `g-00000000000${made}`, token: `token-${made}`, expires_at: null},
        });
      });
      const token = request => request.headers().authorization;
      site.answer = (batch, request) =>
        token(request) === 'Bearer token-1' ? accept(batch) : {status: 401, json: {}};
      const id = await like(page);
      await until(async () => (await state(page)).waiting === 0, 'nothing to wait');
      const last = site.sent.at(-1)[0];
      expect(last.event_id === id && last.user_id === 'g-000000000001', JSON.stringify(last));
      site.answer = () => ({status: 401, json: {}});
      await like(page);
      await until(async () => (await state(page)).lost, 'the second 401');
      expect(made === 1, `${made} viewers were made`);
    },
  );
}

async function leavingChecks(checks, browser, server) {
  const open = async () => {
    const site = await openSite(browser, server, {
      clock: true,
      options: {userId: 'reader-7', token: 'a+b/c'},
    });
    site.answer = lost;
    await site.page.evaluate(() => {
      window.beacons = [];
      navigator.sendBeacon = (url, blob) => {
        window.beacons.push({url, type: blob.type, text: blob.text()});
        return true;
      };
      window.sentBeacons = () =>
        Promise.all(window.beacons.map(async each => ({...each, events: JSON.parse(await each.text)})));
      const play = (window.play = window.player(10));
      window.watch = window.potik.watch(play.video, {videoId: 'clip-1', requestId: 'r-9', position: 0});
      play.start();
      play.run(4000);
    });
    return site;
  };
  await checks.check(
    'leaving: the beacon holds what waits and the play so far, as the schema wants',
    async () => {
      const site = await open();
      const beacons = await site.page.evaluate(() => {
        window.potik.commented('clip-1', 'Ґанок, “лапки” і 日本');
        dispatchEvent(new PageTransitionEvent('pagehide', {persisted: false}));
        return window.sentBeacons();
      });
      expect(beacons.length === 1, `${beacons.length} beacons`);
      const [{url, type, events}] = beacons;
      expect(url.endsWith('/v1/events?token=a%2Bb%2Fc') && type === 'application/json', `${url} ${type}`);
      const play = events.find(event => event.type === 'video_played');
      expect(play.watch_ms === 4000 && play.duration_ms === 10_000, JSON.stringify(play));
      expect(
        events.find(event => event.type === 'comment_posted').text === 'Ґанок, “лапки” і 日本',
        'the text',
      );
      for (const event of events) expect(!faultOf(event), `${faultOf(event)}: ${JSON.stringify(event)}`);
      await site.close();
    },
  );
  await checks.check(
    'leaving: a hidden page keeps the play as a draft; who comes back goes on with it',
    async () => {
      const site = await open();
      const [drafts, plays] = await site.page.evaluate(() => {
        const kept = () =>
          Object.keys(localStorage)
            .filter(key => key.startsWith('potik.events'))
            .flatMap(key => JSON.parse(localStorage[key]).events);
        window.play.hide(true);
        const during = kept();
        window.play.hide(false);
        window.play.run(1000);
        window.watch.finish();
        return [during, window.told.filter(event => event.type === 'video_played')];
      });
      const draft = drafts.find(event => event.type === 'video_played');
      expect(draft?.watch_ms === 4000 && !faultOf(draft), `kept: ${JSON.stringify(drafts)}`);
      expect(plays.length === 1 && plays[0].watch_ms === 5000, `told: ${JSON.stringify(plays)}`);
      expect(plays[0].event_id === draft.event_id, 'the draft had another id: both would count');
      await site.close();
    },
  );
  await checks.check('leaving: hidden for half a minute, a play is over', async () => {
    const site = await open();
    await site.page.evaluate(() => window.play.hide(true));
    await site.page.clock.runFor(29_000);
    const plays = () =>
      site.page.evaluate(() => window.told.filter(event => event.type === 'video_played').length);
    expect((await plays()) === 0, 'told too soon');
    await site.page.clock.runFor(2000);
    expect((await plays()) === 1, 'not told');
    const beacons = await site.page.evaluate(() => window.sentBeacons());
    expect(
      beacons.at(-1).events.some(event => event.type === 'video_played'),
      'not sent',
    );
    await site.close();
  });
  await checks.check('leaving: a page that was killed in hiding is told by the next one', async () => {
    const site = await open();
    const id = await site.page.evaluate(() => {
      window.play.hide(true);
      return window.potik.outbox.drafts.get(window.watch).event_id;
    });
    const next = await openSite(browser, server, {context: site.context, options: {userId: 'reader-7'}});
    next.answer = accept;
    await site.page.evaluate(() => window.potik.outbox.release()); // as the end of its page does
    await next.page.evaluate(() => window.potik.outbox.adopt());
    const play = await next.arrives(event => event.event_id === id, 'the play of the killed page');
    expect(play.watch_ms === 4000, JSON.stringify(play));
    await next.close();
    await site.close();
  });
}

// What docs/formats/event.schema.json says of one event, as far as it matters here.
function faultOf(event) {
  const wanted = [...SCHEMA.required];
  for (const {if: when, then} of SCHEMA.allOf)
    if (event.type === when.properties.type.const) wanted.push(...then.required);
  const missing = wanted.find(name => event[name] === undefined);
  if (missing) return `no ${missing}`;
  if (!SCHEMA.properties.type.enum.includes(event.type)) return `type ${event.type}`;
  for (const [name, value] of Object.entries(event)) {
    const rule = SCHEMA.properties[name];
    const types = rule ? (rule.oneOf ?? [rule]).map(each => each.type) : [];
    const type = Number.isInteger(value) ? 'integer' : typeof value;
    if (!types.includes(type)) return `${name} is ${type}`;
    if (type === 'string' && value.length > (rule.maxLength ?? Infinity)) return `${name} is too long`;
    if (type === 'integer' && value < 0) return `${name} is negative`;
  }
  return null;
}

async function originChecks(checks, browser, server) {
  const other = http.createServer((_, response) =>
    response.writeHead(200, {'Content-Type': 'text/html'}).end(HTML),
  );
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve));
  const foreign = `http://127.0.0.1:${other.address().port}`;
  await checks.check('another site: events, lists and beacons reach the server', async () => {
    const site = await openSite(browser, server, {origin: foreign, options: {url: server}});
    const faults = [];
    site.page.on('pageerror', error => faults.push(error.message));
    site.page.on('console', message => message.type() === 'error' && faults.push(message.text()));
    await site.page.evaluate(() => {
      window.lists = [];
      window.potik.onList(list => window.lists.push(list));
    });
    await until(() => site.page.evaluate(() => window.lists.length), 'a list');
    const video = await site.page.evaluate(() => window.lists[0].videos[0].video_id);
    await site.page.evaluate(id => window.potik.liked(id), video);
    await until(() => site.page.evaluate(() => window.lists.length > 1), 'a list after the like');
    const beacon = await site.page.evaluate(async () => {
      let kept;
      const send = navigator.sendBeacon.bind(navigator);
      navigator.sendBeacon = (url, blob) => {
        kept = blob.type;
        return send(url, blob);
      };
      window.potik.disliked('clip-9');
      window.potik.leave();
      return kept;
    });
    expect(beacon === 'text/plain', `the beacon is ${beacon}, which needs a question before`);
    expect(!faults.length, faults.join('; '));
    await site.close();
  });
  other.close();
}

export async function eventsChecks(checks, browser, server, {foreign}) {
  await sendingChecks(checks, browser, server);
  await leavingChecks(checks, browser, server);
  if (foreign) await originChecks(checks, browser, server);
}
