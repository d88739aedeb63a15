// Dead letters: by reason, with their bytes, and sent again: one that was mended, and all of a reason.
import crypto from 'node:crypto';
import {axeClean} from './axe.mjs';
import {expect, until} from './checks.mjs';

const post = (server, type, body) =>
  fetch(`${server}/v1/events`, {method: 'POST', headers: {'Content-Type': type}, body});

// Against the server itself: letters of three reasons, one of them no text.
async function spoil({server, mock}) {
  if (mock) return;
  const {videos} = await (await fetch(`${server}/v1/videos?limit=1`)).json();
  const event = {occurred_at: Date.now(), user_id: 'u-88', video_id: videos[0].video_id};
  const wrong = Array.from({length: 11}, () =>
    JSON.stringify({...event, event_id: crypto.randomUUID(), type: 'video_saved'}),
  );
  await post(server, 'application/x-ndjson', wrong.join('\n'));
  await post(server, 'application/x-ndjson', '{"event_id":"e-77","type":"vi');
  await post(server, 'application/json', new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]));
}

const countOf = async (page, reason) => {
  const text = await page.locator(`#letters tr[data-reason=${reason}] td:nth-child(2)`).innerText();
  return Number(text.replace(/\D/g, ''));
};

async function sampleChecks({checks, page}) {
  await checks.check('dead letters stand by reason with count and time', async () => {
    await until(() => page.locator('#letters tr[data-reason=unknown_type]').count(), 'the reasons', 20_000);
    await until(async () => (await countOf(page, 'unknown_type')) >= 11, 'all of them', 20_000);
    const row = await page.locator('#letters tr[data-reason=unknown_type]').innerText();
    expect(/Невідомий тип/.test(row) && /\d\d:\d\d:\d\d/.test(row), row);
  });
  await checks.check('a sample shows its bytes and why, and others can be leafed through', async () => {
    await page.locator('#letters tr[data-reason=unknown_type] button.link').click();
    await until(async () => /video_saved/.test(await page.innerText('#letter-raw')), 'the bytes');
    expect(
      /Невідомий тип \(type\)/.test(await page.innerText('#letter-why')),
      await page.innerText('#letter-why'),
    );
    const first = await page.innerText('#letter-place');
    await page.click('#letter-older');
    await until(async () => (await page.innerText('#letter-place')) !== first, 'another one');
    expect(/^2 із \d+/.test(await page.innerText('#letter-nth')), await page.innerText('#letter-nth'));
    await page.click('#letter-newer');
    await until(async () => (await page.innerText('#letter-place')) === first, 'the first again');
    await axeClean(page, 'letters');
  });
  await checks.check('bytes that are no text are shown as such', async () => {
    await page.locator('#letters tr[data-reason=malformed_json] button.link').click();
    await until(async () => /base64/.test(await page.innerText('#letter-kind')), 'the word of it');
    expect(await page.locator('#letter-edit').isDisabled(), 'they could be edited as text');
  });
}

async function oneChecks({checks, page, shot, forgive, server}) {
  await checks.check('a letter that is mended is accepted', async () => {
    await page.locator('#letters tr[data-reason=unknown_type] button.link').click();
    await until(async () => /video_saved/.test(await page.innerText('#letter-raw')), 'the bytes');
    await page.click('#letter-edit');
    const text = await page.inputValue('#letter-text');
    const {event_id: id} = JSON.parse(text);
    await page.click('#letter-send');
    await until(
      async () => /Знову відкладено/.test(await page.innerText('#letter-result')),
      'that nothing was mended',
    );
    forgive(/422/);
    await page.locator('#letter-form').scrollIntoViewIfNeeded();
    await page.fill('#letter-text', text.replace('video_saved', 'video_shared'));
    await shot(page, 'operations-letters');
    await page.click('#letter-send');
    await until(
      async () => /Прийнято: \d+:\d+/.test(await page.innerText('#letter-result')),
      'that it was accepted',
    );
    expect(/прийнято/.test(await page.innerText('#letter-sent')), 'the sample does not say so');
    const [, partition, offset] = /(\d+):(\d+)/.exec(await page.innerText('#letter-result'));
    const answer = await fetch(`${server}/v1/events/${partition}/${offset}`);
    if (answer.ok) expect((await answer.json()).raw.includes(id), 'another event stands there');
  });
}

async function allChecks({checks, page, forgive}) {
  const send = async (reason, find, replacement) => {
    await page.locator(`#letters tr[data-reason=${reason}] .btn`).click();
    await until(() => page.locator('#letters-dialog[open]').count(), 'the question');
    await axeClean(page, 'sending again');
    await page.fill('#letters-find', find);
    await page.fill('#letters-replace', replacement);
    await page.click('#letters-form .btn.main');
    await until(() => page.locator('#letters-stop').isHidden(), 'the end', 20_000);
    await until(async () => /Надіслано \d+/.test(await page.innerText('#letters-told')), 'how many', 20_000);
    return page.innerText('#letters-told');
  };
  await checks.check('all of a reason are sent again without a change and are dead again', async () => {
    const told = await send('malformed_json', '', '');
    const [, sent, accepted, dead] =
      /Надіслано (\d+) із \d+ · прийнято (\d+) · знову відкладено (\d+)/.exec(told) ?? [];
    expect(Number(sent) > 0 && accepted === '0' && dead === sent, told);
    forgive(/422/);
  });
  await checks.check('all of a reason are sent again mended, each once', async () => {
    const before = await countOf(page, 'unknown_type');
    const told = await send('unknown_type', 'video_saved', 'video_shared');
    const [, sent, accepted, dead] =
      /Надіслано (\d+) із \d+ · прийнято (\d+) · знову відкладено (\d+)/.exec(told) ?? [];
    expect(Number(sent) >= 10 && accepted === sent && dead === '0', told);
    expect(
      /1 прийнят|прийнятих раніше 1/.test(told) || Number(sent) < before,
      `the mended one was sent twice: ${told}`,
    );
  });
  await checks.check('of a reason that was all accepted nothing can be sent twice', async () => {
    const row = page.locator('#letters tr[data-reason=unknown_type]');
    const count = await countOf(page, 'unknown_type');
    await until(async () => (await row.locator('.btn').count()) === 0, 'the button to go');
    expect((await row.innerText()).includes(`надіслано знову: ${count}`), await row.innerText());
  });
}

// Of the reason with many letters each is reached, though no page of the store holds them all.
async function leafChecks({checks, page}) {
  await checks.check('all letters of a reason are leafed through, and no other', async () => {
    await page.locator('#letters tr[data-reason=unknown_type] button.link').click();
    await until(async () => /^1 із/.test(await page.innerText('#letter-nth')), 'the first');
    const count = await countOf(page, 'unknown_type');
    const places = new Set([await page.innerText('#letter-place')]);
    for (let at = 2; at <= count; at += 1) {
      await page.click('#letter-older');
      await until(async () => (await page.innerText('#letter-nth')).startsWith(`${at} із`), `number ${at}`);
      expect(/Невідомий тип/.test(await page.innerText('#letter-why')), 'one of another reason');
      places.add(await page.innerText('#letter-place'));
    }
    expect(places.size === count, `${places.size} places of ${count}`);
    expect(await page.locator('#letter-older').isDisabled(), 'there are older ones still');
  });
}

// Each push brings a letter more, and the counts follow all the same.
async function streamChecks({checks, page, mock}) {
  if (!mock) return;
  await checks.check('while letters keep coming their counts move', async () => {
    const before = await countOf(page, 'malformed_json');
    const more = setInterval(() => {
      const [first] = mock.world.letters.slice(-1);
      mock.world.letters.push({...first, reason: 'malformed_json', offset: first.offset + 1});
    }, 300);
    try {
      await until(async () => (await countOf(page, 'malformed_json')) > before, 'a higher count', 15_000);
    } finally {
      clearInterval(more);
    }
  });
}

export async function letterChecks(tools) {
  await spoil(tools);
  await sampleChecks(tools);
  await leafChecks(tools);
  await streamChecks(tools);
  await oneChecks(tools);
  await allChecks(tools);
}
