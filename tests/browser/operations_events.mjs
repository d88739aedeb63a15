// The tail of events, the trace of one, and looking into viewers and videos.
import crypto from 'node:crypto';
import {axeClean} from './axe.mjs';
import {expect, until} from './checks.mjs';

const post = (server, path, value) =>
  fetch(`${server}${path}`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(value),
  });

// One viewer's act, made by the check itself; answers with where it stands in the log.
async function act(server, user, type, video, more = {}) {
  const event = {
    event_id: crypto.randomUUID(),
    type,
    occurred_at: Date.now(),
    user_id: user,
    video_id: video,
    ...more,
  };
  const answer = await (await post(server, '/v1/events', event)).json();
  return {...event, ...answer.results[0]};
}

// Against the server itself somebody must do something, for the tail to show it.
async function someEvents({server, mock}) {
  if (mock) return null;
  const {videos} = await (await fetch(`${server}/v1/videos?limit=5`)).json();
  const user = `tail-${crypto.randomUUID().slice(0, 8)}`;
  await act(server, user, 'video_played', videos[0].video_id, {watch_ms: 9000, duration_ms: 10_000});
  // Lists are computed for those who ask for one.
  await fetch(`${server}/v1/users/${user}/recommendations`);
  await act(server, user, 'video_played', videos[2].video_id, {watch_ms: 500, duration_ms: 10_000});
  return act(server, user, 'video_liked', videos[1].video_id);
}

async function tailChecks({checks, page}, mine) {
  await checks.check('the tail shows events as they come', async () => {
    if (mine) await page.fill('#tail-who', mine.user_id);
    await until(() => page.locator('#tail tr[data-place]').count(), 'events', 15_000);
    const row = await page.locator('#tail tr[data-place]').first().innerText();
    expect(/\d\d:\d\d:\d\d\.\d{3}/.test(row) && /\d+:\d+/.test(row), row);
  });
  await checks.check('the tail is filtered by type and by whom', async () => {
    await page.selectOption('#tail-type', 'video_liked');
    await until(() => page.locator('#tail tr[data-place]').count(), 'a like');
    const types = await page.locator('#tail tr[data-place] td:nth-child(2)').allInnerTexts();
    expect(
      types.every(type => /лайк/.test(type)),
      types.join(),
    );
    const who = await page.locator('#tail tr[data-place] td:nth-child(3)').first().innerText();
    await page.selectOption('#tail-type', '');
    await page.fill('#tail-who', who);
    await until(async () => {
      const users = await page.locator('#tail tr[data-place] td:nth-child(3)').allInnerTexts();
      return users.length > 0 && users.every(user => user === who);
    }, 'events of that viewer alone');
    await page.fill('#tail-who', 'nobody-is-called-so');
    await until(async () => /Жодна/.test(await page.innerText('#tail')), 'the word that none passes');
    await page.fill('#tail-who', mine?.user_id ?? '');
  });
}

async function suspiciousChecks({checks, page, mock}) {
  if (!mock) return;
  await checks.check('suspicious events have a shape and can be shown alone', async () => {
    mock.world.strange = 'b-00433';
    await page.check('#tail-suspicious');
    await until(() => page.locator('#tail tr.sus .sev.crit').count(), 'a suspicious event');
    // In one question: events come between two.
    const others = await page.locator('#tail tr[data-place]:not(.sus)').count();
    expect(others === 0, `${others} others stand there too`);
    await page.uncheck('#tail-suspicious');
    mock.world.strange = null;
  });
  await checks.check('the tail holds still under the pointer', async () => {
    await page.evaluate(() => document.activeElement.blur());
    await page.hover('#tail tr:nth-child(2)');
    const first = await page.innerText('#tail');
    await until(async () => /зупинено/.test(await page.innerText('#tail-note')), 'the word of it');
    expect((await page.innerText('#tail')) === first, 'it moved');
    await page.hover('h1');
    await until(async () => (await page.innerText('#tail')) !== first, 'it to go on');
  });
}

async function traceChecks({checks, page, shot, forgive, mock}, mine) {
  await checks.check('an event of the tail is traced through its stages', async () => {
    const place = mine ? `${mine.partition}:${mine.offset}` : null;
    const row = place
      ? page.locator(`#tail tr[data-place="${place}"]`)
      : page.locator('#tail tr[data-place]').first();
    await row.locator('button.link').first().click();
    await until(() => page.locator('#trace-bars .tr i').count(), 'the bars', 10_000);
    await until(
      async () => /так/.test(await page.innerText('#trace-stored')),
      'the store to hold it',
      15_000,
    );
    const names = await page.innerText('#trace-bars');
    for (const part of ['записано', 'Чекала на епоху', 'Обчислено', 'Порядок видано', 'У сховищі'])
      expect(names.includes(part), names);
    expect(await page.locator('#tail tr.sel').count(), 'the row is not marked');
    expect((await page.locator('#pipe .tr').count()) >= 4, 'the diagram does not mark it');
    expect(
      /мс до нового порядку/.test(await page.innerText('#trace-note')),
      await page.innerText('#trace-note'),
    );
  });
  await checks.check('each stage tells what it gave', async () => {
    await page.click('[data-stage=raw]');
    expect(/"event_id"/.test(await page.innerText('#trace-result')), 'it is not shown as received');
    await page.click('[data-stage=enriched]');
    expect(/user_events/.test(await page.innerText('#trace-result')), await page.innerText('#trace-result'));
    await page.click('[data-stage=scored]');
    const scored = await page.innerText('#trace-result');
    // Of the event that was followed: the stand-in's was scored, a like of one's own was not.
    if (mock) expect(/модель \d/.test(scored) && /довгий перегляд\s+0,420/.test(scored), scored);
    else expect(/модель \d|Оцінюють лише/.test(scored), scored);
    await page.click('[data-stage=changed]');
    const rows = page.locator('#trace-result .moves li');
    expect((await rows.count()) > 1, await page.innerText('#trace-result'));
    await axeClean(page, 'trace');
    await page.evaluate(() => document.querySelector('#trace-form').scrollIntoView({block: 'center'}));
    await shot(page, 'operations-trace');
  });
  await checks.check('a place that the log does not hold is told', async () => {
    await page.fill('#trace-place', '0:999999999');
    await page.press('#trace-place', 'Enter');
    await until(async () => /немає/.test(await page.innerText('#trace-told')), 'the word of it');
    forgive(/404/);
    expect(await page.locator('#trace').isHidden(), 'the old trace stands there still');
  });
}

async function inspectorChecks({checks, page, server, forgive, shot}) {
  const user = `looked-${crypto.randomUUID().slice(0, 8)}`;
  const {videos} = await (await fetch(`${server}/v1/videos?limit=5`)).json();
  const known = async () => (await fetch(`${server}/v1/users/${user}`)).ok;
  await act(server, user, 'video_liked', videos[0].video_id);
  await checks.check('a viewer is looked into, and from the list on to why', async () => {
    await until(known, 'the server to know the viewer');
    await page.fill('#why-user', user);
    await page.click('[data-look=user]');
    await until(async () => /лайк/.test(await page.innerText('#inspected')), 'the viewer');
    expect(
      /дій 1/.test((await page.innerText('#inspected .kv')).replace(/\s+/g, ' ')),
      await page.innerText('#inspected'),
    );
    await axeClean(page, 'viewer');
    await page.locator('#inspected td .btn').first().click();
    await until(async () => /у списку/.test(await page.innerText('#why')), 'the reason');
  });
  await checks.check('a video is looked into from where its name stands', async () => {
    const link = page
      .locator('#newcomers button.link, #top-videos button.link, #tail td:nth-child(4) button.link')
      .first();
    // In one step: the lists move.
    const id = await link.evaluate(node => {
      node.click();
      return node.title;
    });
    await until(() => page.locator('#inspected .kv').count(), 'the video');
    expect((await page.inputValue('#why-video')) === id, 'another video');
    expect(/показів/.test(await page.innerText('#inspected')), await page.innerText('#inspected'));
    await axeClean(page, 'video');
    await page.locator('#inspector').scrollIntoViewIfNeeded();
    await shot(page, 'operations-video');
  });
  await checks.check('an id that nobody has is told', async () => {
    await page.fill('#why-video', 'no-such-video');
    await page.click('#why-form .btn.main');
    await until(() => page.locator('#why-told .sev.warn').count(), 'a warning');
    forgive(/404/);
  });
}

async function englishChecks({checks, page, mock}) {
  if (!mock) return;
  await checks.check('a video is told in English: its title, its day, a minus sign', async () => {
    const video = {...mock.world.videos[0], title_en: 'In English', published_at: '2026-11-10T12:00:00Z'};
    const kept = mock.world.videos[0];
    mock.world.videos[0] = video;
    await page.click('[data-language=en]');
    try {
      await page.fill('#why-video', video.video_id);
      await page.click('[data-look=video]');
      await page.click('#why-form .btn.main');
      await until(async () => (await page.locator('#inspected .kv').count()) > 0, 'the video');
      const text = await page.innerText('#inspected .big');
      expect(/^In English/.test(text) && /10 Nov 2026/.test(text), text);
      const negative = await page.evaluate(async () => {
        const {number} = await import('/assets/language.js');
        return [number(-14.6, 2), number(-1234), number(-0.001, 2)].join(' ');
      });
      expect(negative === '−14.60 −1,234 0.00', negative);
    } finally {
      mock.world.videos[0] = kept;
      await page.click('[data-language=uk]');
    }
  });
}

async function whyChecks({checks, page, server, forgive, shot}) {
  await checks.check('any viewer and video are explained, in both languages', async () => {
    await page.click('[data-look=why]');
    const explained = async (user, video) => {
      await page.fill('#why-user', user);
      await page.fill('#why-video', video);
      await page.click('#why-form .btn.main');
      await until(async () => !/Питаємо/.test(await page.innerText('#why-told')), 'an explanation');
      return page.innerText('#why');
    };
    const list = await (await fetch(`${server}/v1/users/stranger/recommendations`)).json();
    const text = await explained('stranger', list.videos[0].video_id);
    expect(/^№ \d+ у списку/.test(text), text);
    expect(/ще немає/.test(await page.innerText('#why-told')), 'it is not said that the viewer is unknown');
    expect((await page.locator('#why .steps li').count()) === 4, 'not four steps');
    expect((await page.locator('#why .contrib .tr i').count()) > 5, 'no bars');
    const parts = await page.locator('#why .contrib > span:first-child, #why .contrib .num + span').allInnerTexts();
    const foreign = parts.filter(part => /[a-z]/i.test(part));
    expect(parts.length > 5 && !foreign.length, `without a Ukrainian word: ${foreign.join(', ')}`);
    await page.click('[data-language=en]');
    expect(/in the list/.test(await page.innerText('#why')), 'the explanation is not English');
    await page.click('[data-language=uk]');
    await page.locator('#why').scrollIntoViewIfNeeded();
    await shot(page, 'operations-why');
    expect((await explained('stranger', 'no-such-video')) === '', 'an explanation of nothing');
    expect((await page.innerText('#why-told')).trim().length > 5, 'no reason given');
    forgive(/404/);
  });
}

export async function eventChecks(tools) {
  const mine = await someEvents(tools);
  await tailChecks(tools, mine);
  await suspiciousChecks(tools);
  await traceChecks(tools, mine);
  await inspectorChecks(tools);
  await englishChecks(tools);
  await whyChecks(tools);
  await tools.page.fill('#tail-who', '');
}
