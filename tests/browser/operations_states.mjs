// What an operator's page goes through: a server that asks for a key, and one that is started anew.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {axeClean} from './axe.mjs';
import {expect, openPage, until} from './checks.mjs';
import {ink} from './ink.mjs';

const KEY = 'operators-key-of-this-test';

// What a page says of a server that it knows nothing of yet.
async function unknownChecks({checks, browser, server, mock}) {
  mock.world.key = KEY;
  const {page, close} = await openPage(browser, server, '/ops');
  await checks.check('of a server that told nothing nothing is said to be well', async () => {
    await until(() => page.locator('#key-dialog[open]').count(), 'the question for the key');
    await page.click('#key-not-now');
    const figures = await page.locator('.vital .v').allInnerTexts();
    expect(figures.length === 8 && figures.every(text => text === '–'), figures.join());
    const text = await page.innerText('body');
    for (const claim of [/усе спокійно/i, /відкритих: /, /Подій ще немає/, /обробляється/])
      expect(!claim.test(text), `${claim} stands there`);
    const dots = await page.locator('#pipe .d:not(.still)').count();
    expect(dots === 0, `${dots} edges have dots`);
    expect(/Модель/.test(await page.locator('#pipe').textContent()), 'the parts have no names');
    await axeClean(page, 'unknown');
  });
  await checks.check('a wrong key after "Not now" is refused in words, and the right one opens', async () => {
    await page.click('#key-open');
    await page.fill('#key-input', 'wrong');
    await page.press('#key-input', 'Enter');
    await until(async () => /не прийняв/.test(await page.innerText('#key-told')), 'that it was refused');
    await page.fill('#key-input', KEY);
    await page.press('#key-input', 'Enter');
    await until(async () => /відкритих: \d/.test(await page.innerText('#alerts-count')), 'the alerts');
  });
  await close();
}

// The server's own reason stands in the dialog.
async function reasonChecks({checks, browser, server, mock}) {
  const {page, close} = await openPage(browser, server, '/ops');
  await checks.check('a key of another role is refused in the server’s words', async () => {
    await until(() => page.locator('#key-dialog[open]').count(), 'the question for the key');
    await page.fill('#key-input', 'readers-key-of-this-test');
    await page.press('#key-input', 'Enter');
    await until(async () => /не прийняв/.test(await page.innerText('#key-told')), 'that it was refused');
    const told = await page.innerText('#key-told');
    expect(/has the role read.*role admin/.test(told), told);
  });
  await close();
  Object.assign(mock.world, {keyless: true});
  const closed = await openPage(browser, server, '/ops');
  await checks.check('a server without keys says how to make one, and no key is asked for', async () => {
    await until(() => closed.page.locator('#key-dialog[open]').count(), 'the dialog');
    const told = await closed.page.innerText('#key-told');
    expect(/не має жодного ключа/.test(told) && /potik key create, put its line/.test(told), told);
    expect(/не має ключів/.test(await closed.page.innerText('#live')), 'the line at the top says otherwise');
    expect(await closed.page.locator('#key-input').isHidden(), 'there is a field for a key');
    await axeClean(closed.page, 'closed');
    await closed.page.click('#key-close');
    expect((await closed.page.locator('dialog[open]').count()) === 0, 'the dialog stays');
  });
  await closed.close();
  Object.assign(mock.world, {keyless: false});
}

// potik front.
async function elsewhereChecks({checks, browser, server, mock}) {
  Object.assign(mock.world, {elsewhere: true});
  const {page, close} = await openPage(browser, server, '/ops');
  await checks.check('a server in which nothing is computed says so, and shows no empty figures', async () => {
    await until(async () => /нічого не рахує/.test(await page.innerText('body')), 'the words');
    expect((await page.locator('main.ops > *:visible').count()) === 1, 'empty panels are shown');
    expect((await page.innerText('#live')) === 'без показників', await page.innerText('#live'));
    await axeClean(page, 'elsewhere');
    await page.click('[data-language=en]');
    expect(/computes nothing/.test(await page.innerText('#elsewhere')), 'not in English');
    expect((await page.innerText('#live')) === 'no figures', await page.innerText('#live'));
  });
  await close();
  Object.assign(mock.world, {elsewhere: false});
}

export async function keyChecks(tools) {
  const {checks, browser, server, mock} = tools;
  await elsewhereChecks(tools);
  await unknownChecks(tools);
  await reasonChecks(tools);
  const {page, close} = await openPage(browser, server, '/ops');
  await checks.check('a server that wants a key is given one, once for everything', async () => {
    await until(() => page.locator('#key-dialog[open]').count(), 'the question for the key');
    await axeClean(page, 'key');
    await page.fill('#key-input', 'wrong');
    await page.click('#key-dialog .btn.main');
    await until(async () => /не прийняв/.test(await page.innerText('#key-told')), 'that it was refused');
    await page.fill('#key-input', KEY);
    await page.press('#key-input', 'Enter');
    await until(async () => (await page.innerText('#live')) === 'наживо', 'figures');
    await until(() => page.locator('#letters tr[data-reason]').count(), 'dead letters');
    await page.click('#run');
    await until(async () => /мс/.test(await page.innerText('#took')), 'an answer of the store');
  });
  await checks.check('the key is kept for this tab alone, and survives a reload', async () => {
    await page.reload();
    await until(async () => (await page.innerText('#live')) === 'наживо', 'figures again', 10_000);
    const kept = await page.evaluate(key => JSON.stringify(localStorage).includes(key), KEY);
    expect(!kept, 'the key lies in localStorage');
    expect((await page.context().cookies()).length === 0, 'the key became a cookie');
  });
  mock.world.key = null;
  await checks.check('a stream that is told to ask anew does so at once', async () => {
    const opened = await page.evaluate(async () => {
      const {Stream} = await import('/assets/potik/stream.js');
      const later = globalThis.setTimeout;
      globalThis.setTimeout = () => 0; // so that no pause ever ends
      let count = 0;
      const stream = new Stream('/v1/stats/stream', {}, state => {
        if (state === 'open') count += 1;
        if (state === 'open' && count === 1) stream.restart();
      });
      for (let tries = 0; count < 2 && tries < 200; tries += 1) await new Promise(resolve => later(resolve, 20));
      stream.close();
      globalThis.setTimeout = later;
      return count;
    });
    expect(opened === 2, `opened ${opened} times`);
  });
  await close();
}

const wait = child => new Promise(resolve => child.on('exit', resolve));

// The address that a server of one's own says it listens on.
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const take = text => {
      said += text;
      const found = /(http:\/\/[0-9.]+:\d+)\//.exec(said);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', code => reject(new Error(`the server ended with ${code}: ${said.slice(-400)}`)));
  });
}

async function ownServer({binary, demo}) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'potik-ops-'));
  const web = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../../web');
  const start = listen =>
    spawn(
      binary,
      ['serve', '--demo', demo, '--web', web, '--data-dir', path.join(work, 'data'), '--listen', listen],
      {stdio: ['ignore', 'pipe', 'pipe']},
    );
  let child = start('127.0.0.1:0');
  const url = await addressOf(child);
  const down = async () => {
    const ended = wait(child);
    child.kill('SIGTERM');
    await ended;
  };
  return {
    url,
    down,
    up: async () => {
      child = start(new URL(url).host);
      await addressOf(child);
    },
    close: async () => {
      await down();
      fs.rmSync(work, {recursive: true, force: true});
    },
  };
}

async function standIn(mock) {
  return {
    url: mock.url,
    down: async () => mock.restart(3000),
    up: () => until(() => !mock.world.down, 'the stand-in'),
    close: async () => {},
  };
}

export async function restartChecks({checks, browser, mock}, own) {
  if (!mock && !own) return console.log('# no restart: no binary given');
  const server = mock ? await standIn(mock) : await ownServer(own);
  const {page, faults, close} = await openPage(browser, server.url, '/ops');
  await checks.check('a restart of the server is survived: told, reconnected, charts kept', async () => {
    await until(async () => (await page.innerText('#live')) === 'наживо', 'figures', 15_000);
    await new Promise(resolve => setTimeout(resolve, 3500));
    const before = await ink(page, '#chart-latency canvas');
    await server.down();
    await until(
      async () => /зв’язок утрачено о \d/.test(await page.innerText('#live')),
      'that the connection is lost',
      20_000,
    );
    expect(await page.locator('#live.lost').count(), 'the loss has no shape');
    await server.up();
    await until(async () => (await page.innerText('#live')) === 'наживо', 'that it is live again', 30_000);
    await until(() => page.locator('#gap').isVisible(), 'what was missed');
    const gap = await page.innerText('#gap');
    expect(/Показників немає за/.test(gap) && /запущено наново/.test(gap), gap);
    const after = await ink(page, '#chart-latency canvas');
    expect(after > before * 0.7, `the chart had ${before} points and has ${after}`);
    await axeClean(page, 'after a restart');
  });
  await checks.check('nothing but the lost connection was logged', () => {
    const other = faults.filter(
      fault => !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_NETWORK|503/.test(fault),
    );
    expect(!other.length, other.join('; '));
  });
  await close();
  await server.close();
}
