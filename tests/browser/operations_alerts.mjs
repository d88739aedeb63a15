// Alerts: they come while an attack runs, show their evidence, and can be acknowledged, muted and looked into.
import {spawn} from 'node:child_process';
import {axeClean} from './axe.mjs';
import {expect, openPage, until} from './checks.mjs';
import {notify} from './mock_operations.mjs';

const BURST = '.alert[data-kind=like_burst]';

// Runs the attack beside the page until `body` is done; its output is shown if it ends badly.
async function during(command, body) {
  if (!command) return body();
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {stdio: ['ignore', 'pipe', 'pipe']});
  let said = '';
  for (const pipe of [child.stdout, child.stderr])
    pipe.on('data', text => {
      said += text;
    });
  const ended = new Promise(resolve => child.on('exit', code => resolve(code)));
  try {
    return await body();
  } catch (error) {
    throw new Error(`${error.message}; the attack said: ${said.slice(-400)}`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

// What the server says of the alert that stands first on the page.
async function told(server, page) {
  const id = await page.locator(BURST).first().getAttribute('data-id');
  const {alerts} = await (await fetch(`${server}/v1/alerts`)).json();
  return alerts.find(alert => alert.id === id);
}

async function attended({checks, server, page}) {
  await checks.check(
    'an alert is acknowledged from the keyboard, for everybody, and opened again',
    async () => {
      await page.evaluate(() => {
        scrollTo(0, 0);
        document.activeElement.blur();
      });
      const before = await page.innerText('#alerts-count');
      await page.keyboard.press('KeyJ');
      await page.keyboard.press('KeyA');
      await until(() => page.locator('.alert.done').count(), 'an acknowledged alert');
      await until(async () => (await page.innerText('#alerts-count')) !== before, 'the count to fall');
      const id = await page.locator('.alert.done').first().getAttribute('data-id');
      const {alerts} = await (await fetch(`${server}/v1/alerts`)).json();
      expect(alerts.find(alert => alert.id === id).acknowledged_at, 'the server was not told');
      await page.locator('#toast button').click();
      await until(async () => (await page.locator('.alert.done').count()) === 0, 'the undo');
      await until(async () => (await page.innerText('#alerts-count')) === before, 'the count to rise');
    },
  );
  await checks.check('an alert is muted for an hour and sounds again', async () => {
    await page.evaluate(selector => {
      for (const other of document.querySelectorAll('.alert')) other.open = false;
      document.querySelector(selector).open = true;
    }, BURST);
    await page.locator(`${BURST} [data-act=mute]`).first().click();
    await until(async () => /Заглушено до/.test(await page.innerText('#alert-list')), 'the word of it');
    const {muted_until: until_} = await told(server, page);
    const left = Date.parse(until_) - Date.now();
    expect(left > 3_000_000 && left <= 3_660_000, `muted for ${left} ms`);
    await page.locator(`${BURST}[open] [data-act=mute]`).first().click();
    await until(async () => !/Заглушено до/.test(await page.innerText('#alert-list')), 'it to sound again');
    expect((await told(server, page)).muted_until === null, 'the server still holds it mute');
  });
}

async function ledOn({checks, page, server, mock}) {
  await checks.check('an alert leads to its events and to its video', async () => {
    await page.locator(`${BURST}[open] [data-act=ask]`).first().click();
    await until(async () => /мс/.test(await page.innerText('#took')), 'the answer');
    expect(/where video_id = '/.test(await page.inputValue('#sql-text')), 'the question is of no video');
    await page.locator(`${BURST}[open] dl button.link`).first().click();
    await until(() => page.locator('#inspected .kv').count(), 'the inspector');
    await page.click('[data-look=why]');
  });
  await checks.check('all alerts can be shown, open ones alone', async () => {
    const {alerts} = await (await fetch(`${server}/v1/alerts`)).json();
    const firing = () => alerts.filter(alert => alert.state === 'firing').length;
    await page.click('[data-alerts=all]');
    await until(async () => (await page.locator('.alert').count()) === alerts.length, 'all of them');
    await page.click('[data-alerts=open]');
    await until(async () => (await page.locator('.alert').count()) === firing(), 'the open ones alone');
    if (mock) expect(firing() < alerts.length, 'the stand-in has none that is over');
  });
}

// What somebody has pointed at, closed or opened stays so while notices come.
async function steadyChecks({checks, page, mock}) {
  if (!mock) return;
  const [alert] = mock.world.alerts;
  const here = page.locator(`.alert[data-id="${alert.id}"]`);
  await checks.check('a notice brings an alert up to date without making it anew', async () => {
    await here.evaluate(node => {
      node.open = true;
      node.querySelector('[data-act=mute]').marked = true;
    });
    notify(mock.world, {...alert, at: new Date().toISOString(), observed: 2345, folded: 17});
    await until(async () => /2.345/.test(await here.innerText()), 'the newer figure');
    expect(await here.evaluate(node => node.querySelector('[data-act=mute]').marked), 'the button is another one');
  });
  await checks.check('an alert that was closed stays closed', async () => {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('.alert')) one.open = false;
    });
    notify(mock.world, {...alert, at: new Date().toISOString(), observed: 3456});
    await until(async () => /3.456/.test(await here.innerText()), 'the newer figure');
    await page.click('[data-alerts=all]');
    await page.click('[data-alerts=open]');
    expect((await page.locator('.alert[open]').count()) === 0, 'it opened again');
    await here.evaluate(node => {
      node.open = true;
    });
  });
}

// More alerts than the server's first page, most of them over.
async function manyChecks({checks, browser, server, mock}) {
  if (!mock) return;
  const kept = mock.world.alerts;
  const at = i => new Date(Date.now() - i * 1000).toISOString();
  const over = i => ({...kept[0], id: `over-${i}`, state: 'resolved', at: at(i), started_at: at(i)});
  const old = {...kept[0], id: 'old', state: 'firing', at: at(9000), started_at: at(9000)};
  mock.world.alerts = [...Array.from({length: 130}, (_, i) => over(i)), old];
  mock.world.firing = 1240;
  const {page, close} = await openPage(browser, server, '/ops');
  const list = page.locator('#alert-list');
  await checks.check('an old alert that still fires is shown, however many are over since', async () => {
    await until(() => list.locator('[data-id=old]').count(), 'the old one', 10_000);
    for (let i = 0; i < 120; i += 1) notify(mock.world, over(-1000 - i));
    await page.click('[data-alerts=all]');
    await until(() => list.locator('[data-id=over--1119]').count(), 'the last of those notices');
    expect(await list.locator('[data-id=old]').count(), 'those that are over pushed it out');
  });
  await checks.check('more that fire than are listed are counted', async () => {
    const count = () => page.innerText('#alerts-count');
    await until(async () => /показано 1 із 1.240/.test(await count()), 'the server’s own count');
  });
  await close();
  delete mock.world.firing;
  mock.world.alerts = kept;
}

// Many that fire: the list scrolls by itself, and the figure of alerts keeps to its tile.
async function crowdChecks({checks, browser, server, mock}) {
  if (!mock) return;
  const kept = mock.world.alerts;
  const fires = i => ({...kept[0], id: `many-${i}`, state: 'firing', distinct_users: 1});
  mock.world.alerts = Array.from({length: 46}, (_, i) => fires(i));
  const {page, close} = await openPage(browser, server, '/ops');
  await checks.check('many alerts scroll in a list as high as the charts beside it', async () => {
    await until(async () => (await page.locator('.alert').count()) === 46, 'all of them', 10_000);
    const heights = await page.evaluate(() => {
      const list = document.querySelector('#alert-list');
      const charts = document.querySelector('#alerts + .four');
      const last = [...charts.querySelectorAll('figure')].at(-1);
      const spare = last.getBoundingClientRect().bottom - last.lastElementChild.getBoundingClientRect().bottom;
      return {inner: list.scrollHeight, outer: list.clientHeight, spare};
    });
    expect(heights.inner > heights.outer && heights.spare < 120, JSON.stringify(heights));
    await page.locator('#alert-list').focus();
    await page.keyboard.press('End');
    await until(() => page.evaluate(() => document.querySelector('#alert-list').scrollTop > 0), 'it to scroll');
    await axeClean(page, 'many alerts');
  });
  await checks.check('the figure of many alerts shows what fits and how many more', async () => {
    for (const width of [1440, 1280, 800, 390]) {
      await page.setViewportSize({width, height: 900});
      const row = page.locator('.vital .shapes');
      expect((await row.innerText()) === '+42', await row.innerText());
      const over = await row.evaluate(node => node.scrollWidth - node.clientWidth);
      expect(over <= 0, `${width} px: ${over} px too wide`);
    }
  });
  await checks.check('one viewer is one viewer', async () => {
    const facts = page.locator('.alert[open] dl').first();
    expect(/близько 1 глядача/.test(await facts.innerText()), await facts.innerText());
    await page.click('[data-language=en]');
    await until(async () => /about 1 viewer\n/.test(await facts.innerText()), 'the singular in English');
  });
  await close();
  mock.world.alerts = kept;
}

export async function alertChecks(tools, attack) {
  const {checks, page, mock} = tools;
  await checks.check('an alert appears while an attack runs', () =>
    during(attack.command, async () => {
      const before = await page.locator(BURST).count();
      await attack.start?.();
      if (mock) mock.world.strange = 'b-00433';
      await until(
        async () => (await page.locator(BURST).count()) > before,
        'an alert like_burst',
        attack.limitMs ?? 60_000,
      );
      await page.evaluate(selector => {
        const alert = document.querySelector(selector);
        alert.open = true;
        alert.scrollIntoView({block: 'nearest'});
      }, BURST);
      const text = await page.locator(BURST).first().innerText();
      for (const part of [/Звично/, /Зараз/, /Поріг/, /Що робити/]) expect(part.test(text), text);
      expect(
        (await page.locator('.vital.crit .sev.crit').count()) > 0,
        'the figure of alerts has no diamond',
      );
      expect(await page.locator('#pipe [data-part=monitor].crit').count(), 'the diagram does not show it');
      await axeClean(page, 'alert');
      if (!mock) await tools.suspicious?.();
    }),
  );
  await attended(tools);
  if (mock) notify(mock.world, {...mock.world.alerts[0], id: 'before', state: 'resolved'});
  await ledOn(tools);
  if (mock) mock.world.alerts.sort((a, b) => a.state.localeCompare(b.state));
  await steadyChecks(tools);
  await manyChecks(tools);
  await crowdChecks(tools);
}
