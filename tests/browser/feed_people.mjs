// Comments of others, search, what Potik knows, tokens, and the demo's attack.
import {expect, toasted, until} from './checks.mjs';
import {PHONE, atTop, listenForEvents, openFeed, ready} from './feed_page.mjs';
import {comment} from './mock_feed.mjs';

const texts = page => page.locator('#comments .cmt > span').allInnerTexts();

async function talk(checks, browser, server, mock) {
  const {page, close} = await openFeed(browser, server);
  const other = await openFeed(browser, server);
  const {sent} = listenForEvents(page);
  await ready(page);
  await ready(other.page);
  const id = await atTop(page);
  const first = `перше слово о ${Date.now()}`;
  await checks.check('an own comment stands there at once, and once', async () => {
    await page.click('#talk');
    await page.locator('#talk-live:not(.off)').waitFor();
    await page.fill('#comment-text', first);
    await page.press('#comment-text', 'Enter');
    expect((await texts(page)).filter(text => text === first).length === 1, 'not at once');
    await sent('comment_posted');
    await until(async () => !/надсилаємо/.test(await page.innerText('#comments')), 'it to come back');
    expect((await texts(page)).filter(text => text === first).length === 1, 'twice');
    expect((await page.locator('.cmt.mine').count()) >= 1, 'not as one’s own');
  });
  await checks.check('others see it live, under another name', async () => {
    await other.page.goto(`${server}/?v=${id}`);
    await until(async () => (await atTop(other.page)) === id, 'the same clip', 10_000);
    await other.page.keyboard.press('KeyC');
    await until(async () => (await texts(other.page)).includes(first), 'what was said before');
    await page.fill('#comment-text', 'друге <i>слово</i>');
    await page.press('#comment-text', 'Enter');
    await until(async () => (await texts(other.page)).includes('друге <i>слово</i>'), 'what is said now');
    const whole = await other.page.innerText('#comments');
    expect(/глядач [0-9a-f]{8}/.test(whole), `under which name: ${whole}`);
    expect((await other.page.locator('#comments i i, #comments span i').count()) === 0, 'text became markup');
  });
  await checks.check('only the open clip’s comments come', async () => {
    await other.page.keyboard.press('Escape');
    await other.page.keyboard.press('KeyJ');
    await until(async () => ![id, null].includes(await atTop(other.page)), 'another clip', 15_000);
    await other.page.keyboard.press('KeyC');
    await other.page.locator('#talk-live:not(.off)').waitFor();
    expect(!(await texts(other.page)).includes(first), 'words about another clip');
  });
  if (mock)
    await checks.check('a lost talk is taken up again with what was said meanwhile', async () => {
      for (const reader of mock.world.readers.get(id)) reader.destroy();
      await page.locator('#talk-live.off').waitFor();
      comment(mock.world, id, 'c-meanwhile', 'somebody', 'тим часом');
      await until(async () => (await texts(page)).includes('тим часом'), 'the words', 10_000);
      expect((await texts(page)).filter(text => text === first).length === 1, 'others doubled');
    });
  if (mock)
    await checks.check('an own comment older than the listed ones is not called unseen', async () => {
      const before = mock.world.talks.get(id);
      const say = (text, at) =>
        page.evaluate(
          comment => {
            const state = JSON.parse(localStorage['potik.memory']);
            state.comments.push(comment);
            localStorage['potik.memory'] = JSON.stringify(state);
          },
          {id: `c-${text}`, videoId: id, text, at},
        );
      const now = Date.now();
      const listed = Array.from({length: 50}, (_, i) => ({
        comment_id: `c-listed-${i}`,
        author: 'abcdef01',
        text: `слово ${i}`,
        occurred_at: new Date(now - 500_000 + i).toISOString(),
      }));
      mock.world.talks.set(id, listed);
      await page.goto(`${server}/assets/icon.svg`); // as the feed leaves it keeps its own memory
      await say('давнє', now - 3_600_000);
      await say('відкинуте', now - 400_000);
      await page.goto(`${server}/?v=${id}`);
      await until(async () => (await atTop(page)) === id, 'the clip', 10_000);
      await page.keyboard.press('KeyC');
      await until(async () => (await texts(page)).includes('слово 49'), 'what others said', 10_000);
      const fate = text => page.locator('.cmt', {hasText: text}).locator('small').innerText();
      expect(!/інші не бачать/.test(await fate('давнє')), `of the old one: ${await fate('давнє')}`);
      expect(/інші не бачать/.test(await fate('відкинуте')), `of the dropped: ${await fate('відкинуте')}`);
      mock.world.talks.set(id, before);
    });
  await other.close();
  await close();
}

async function search(checks, browser, server) {
  const {page, close} = await openFeed(browser, server);
  const {sent} = listenForEvents(page);
  await ready(page);
  const found = () => page.locator('.entry .ttl').allInnerTexts();
  const title = () => page.innerText('#rail-title');
  await checks.check('search finds by title, author and topic, in both languages', async () => {
    const answer = await fetch(`${server}/v1/videos?limit=200`);
    const video = (await answer.json()).videos.find(each => each.title_en && each.topic_en && each.author_id);
    for (const words of [video.title, video.title_en, video.author_id, video.topic_uk, video.topic_en]) {
      await page.fill('#search', words.toUpperCase());
      await until(async () => (await found()).includes(video.title), `${video.title} by “${words}”`);
      expect(/^Знайдено: \d+$/.test(await title()), await title());
    }
    await until(
      async () => /Знайдено \d+ кліп/.test(await page.textContent('#said')),
      'the number to be said',
    );
  });
  await checks.check('nothing found says so and has a way back', async () => {
    await page.fill('#search', 'щось-чого-немає');
    await page.locator('.blank .btn').click();
    await until(async () => (await found()).length > 3, 'the whole list');
    expect((await title()) === 'Для вас' && (await page.inputValue('#search')) === '', await title());
  });
  await checks.check('Enter plays the first found, as met in the search', async () => {
    await page.keyboard.press('Slash');
    expect(await page.evaluate(() => document.activeElement.id === 'search'), '/ does not go there');
    const shownNow = await atTop(page);
    const answer = await fetch(`${server}/v1/videos?limit=200`);
    const other = (await answer.json()).videos.findLast(video => video.title && video.video_id !== shownNow);
    await page.keyboard.type(other.title);
    await until(async () => (await found())[0] === other.title, 'what was found');
    const id = await page.locator('.entry').first().getAttribute('data-id');
    await page.keyboard.press('Enter');
    await until(async () => (await atTop(page)) === id, 'the first found');
    const shown = await sent('video_shown', event => event.video_id === id);
    expect(shown.surface === 'search' && shown.request_id === undefined, JSON.stringify(shown));
    await page.focus('#search');
    await page.keyboard.press('Escape');
    expect((await page.inputValue('#search')) === '', 'Escape does not clear');
  });
  await close();
  await checks.check('on a phone and a tablet an icon opens the search', async () => {
    for (const [options, button] of [
      [PHONE, '.phonebar [data-find]'],
      [{viewport: {width: 1000, height: 800}}, '.side [data-find]'],
    ]) {
      const narrow = await openFeed(browser, server, '/', options);
      await ready(narrow.page);
      await narrow.page.click(button);
      await narrow.page.keyboard.type('а');
      await until(async () => /^Знайдено/.test(await narrow.page.innerText('#rail-title')), 'what was found');
      await narrow.page.keyboard.press('Escape');
      await until(async () => (await narrow.page.innerText('#rail-title')) === 'Для вас', 'the list again');
      expect(
        await narrow.page.locator(button).evaluate(node => node === document.activeElement),
        'focus is lost',
      );
      await narrow.close();
    }
  });
}

async function knowledge(checks, browser, server) {
  const {page, close} = await openFeed(browser, server);
  const {sent} = listenForEvents(page);
  await ready(page);
  await page.keyboard.press('KeyL');
  const liked = await sent('video_liked');
  await checks.check(
    'the panel shows what the server counted, and which act the order reflects',
    async () => {
      await page.keyboard.press('KeyP');
      const figure = term =>
        page.evaluate(
          name =>
            [...document.querySelectorAll('#drawer-me dt')].find(node => node.textContent === name)
              ?.nextElementSibling.textContent ?? '',
          term,
        );
      await until(async () => /^1, /.test(await figure('Уподобань, коментарів')), 'the like', 10_000);
      expect(Number(await figure('Подій')) >= 1, `events: ${await figure('Подій')}`);
      for (const term of ['Розділ, зсув', 'Епоха', 'Модель, версія', 'Обчислено'])
        expect(/\d/.test(await figure(term)), `${term}: ${await figure(term)}`);
      expect((await figure('Ваш номер')) === liked.user_id, await figure('Ваш номер'));
      expect(/вподобали/.test(await page.innerText('#remembered')), await page.innerText('#remembered'));
      expect(/Вподобали/.test(await page.innerText('#my-log')), await page.innerText('#my-log'));
    },
  );
  await checks.check('it can be taken along as a file', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#take-along')]);
    const parts = [];
    for await (const part of await download.createReadStream()) parts.push(part);
    const all = JSON.parse(Buffer.concat(parts).toString());
    expect(
      all.viewer === liked.user_id && all.server.user_id === liked.user_id,
      JSON.stringify(all).slice(0, 200),
    );
  });
  await checks.check('a new viewer has another number and no history', async () => {
    await page.evaluate(() => {
      window.old = true;
    });
    await page.click('#new-viewer');
    const viewer = () => page.evaluate(() => JSON.parse(localStorage['potik.memory']).id).catch(() => null);
    await until(async () => ![null, liked.user_id].includes(await viewer()), 'another viewer', 10_000);
    await until(() => page.evaluate(() => !window.old).catch(() => false), 'the page anew', 10_000);
    await ready(page);
    await page.keyboard.press('KeyP');
    const number = () => page.locator('#kept code').innerText();
    await until(async () => (await number()) !== liked.user_id, 'another number');
    expect(!/Вподобали/.test(await page.innerText('#drawer-me')), 'the old acts');
  });
  await close();
}

async function tokens(checks, browser, mock) {
  mock.world.tokens = true;
  const {page, close} = await openFeed(browser, mock.url);
  const tokenOf = request => request.headers().authorization ?? null;
  const asked = [];
  page.on('request', request => request.url().includes('/v1/') && asked.push(request));
  await ready(page);
  await checks.check('with tokens every call of a viewer carries its own', async () => {
    await page.keyboard.press('KeyL');
    const events = await until(() => asked.find(request => request.url().endsWith('/v1/events')), 'events');
    expect(/^Bearer t\./.test(tokenOf(events)), tokenOf(events));
    await page.reload();
    await ready(page);
    const stream = asked.findLast(request => request.url().includes('/recommendations/stream'));
    expect(tokenOf(stream) === tokenOf(events), 'another token after a reload');
    expect(
      asked.every(request => request.resourceType() === 'ping' || !request.url().includes('token=')),
      'a token in an address that is not a beacon’s',
    );
  });
  await checks.check(
    'a token that the server no longer takes makes a new viewer, once, and says so',
    async () => {
      await page.evaluate(() => {
        const key = 'potik.viewer:';
        localStorage[key] = JSON.stringify({...JSON.parse(localStorage[key]), token: 't.forged.token'});
      });
      const before = asked.length;
      await page.reload();
      await ready(page);
      await toasted(page, /новий глядач/);
      const made = asked.slice(before).filter(request => request.url().endsWith('/v1/viewers')).length;
      expect(made === 1, `${made} viewers made`);
    },
  );
  await close();
  mock.world.tokens = false;
}

async function attackEnds(checks, page) {
  await checks.check('the alarm stands until the server resolves it, and then its end does', async () => {
    const words = () => page.innerText('#banner');
    await until(async () => /Тривогу знято о \d/.test(await words()), 'the resolved alarm', 10_000);
    expect(!/Атака триває|Її ще не знято/.test(await words()), await words());
  });
  await checks.check('the switch says why it did not do as told', async () => {
    for (const [status, wanted] of [
      [409, /Уже триває інша атака/],
      [503, /Боти ще не готові/],
      [400, /сервер каже: no such kind/],
    ]) {
      await page.route('**/v1/demo/attack', route => route.fulfill({status, json: {detail: 'no such kind'}}));
      await page.locator('.side [data-attack]').click();
      await toasted(page, wanted);
      await page.unroute('**/v1/demo/attack');
    }
  });
  await checks.check('after a failure the demo is asked about again', async () => {
    let asked = 0;
    await page.route('**/v1/demo', route => {
      asked += 1;
      return asked === 1 ? route.fulfill({status: 503, json: {}}) : route.continue();
    });
    await page.reload();
    await page.locator('.side [data-attack]').waitFor({timeout: 15_000});
    expect(asked > 1, 'asked once');
  });
}

// The switch where there is a crowd; else it is not shown.
async function attack(checks, browser, server, shot, mock) {
  const crowd = (await fetch(`${server}/v1/demo`)).ok;
  const {page, close} = await openFeed(browser, server);
  await ready(page);
  if (!crowd) {
    await checks.check('without a crowd there is no attack to switch', async () =>
      expect((await page.locator('[data-attack]:visible').count()) === 0, 'the switch shows'),
    );
    return close();
  }
  await checks.check(
    'the switch starts an attack; the alarm shows, and what became of the order',
    async () => {
      const button = page.locator('.side [data-attack]');
      await button.waitFor();
      await button.click();
      await until(async () => /Атака триває/.test(await page.innerText('#banner')), 'the word of the attack');
      await until(async () => /Тривога о \d/.test(await page.innerText('#banner')), 'the alarm', 90_000);
      expect((await button.getAttribute('aria-checked')) === 'true', 'the switch is off');
      const told = await page.innerText('#banner');
      const effects = [/У вашому списку його немає\./, /він не піднявся: був на місці \d+, тепер \d+\./];
      // The stand-in's lists do not heed likes of others.
      if (!mock) effects.push(/Місце у вашому списку: (\d+|не було), тепер \d+\./);
      expect(/Ціль: «.+»\. /.test(told) && effects.some(effect => effect.test(told)), told);
      await shot(page, 'feed-attack');
      await button.click();
      const over = /Атаку зупинено|Тривогу знято о \d/;
      await until(async () => over.test(await page.innerText('#banner')), 'the word that it is over');
    },
  );
  if (mock) await attackEnds(checks, page);
  return close();
}

export async function peopleChecks(checks, browser, server, shot, mock) {
  await talk(checks, browser, server, mock);
  await search(checks, browser, server);
  await knowledge(checks, browser, server);
  if (mock) await tokens(checks, browser, mock);
  await attack(checks, browser, server, shot, mock);
}
