// Alerts: they come while an attack runs, show their evidence, and can be acknowledged, muted and looked into.
import {spawn} from 'node:child_process';
import {axeClean} from './axe.mjs';
import {expect, until} from './checks.mjs';

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

async function ledOn({checks, page}) {
  await checks.check('an alert leads to its events and to its video', async () => {
    await page.locator(`${BURST}[open] [data-act=ask]`).first().click();
    await until(async () => /мс/.test(await page.innerText('#took')), 'the answer');
    expect(/where video_id = '/.test(await page.inputValue('#sql-text')), 'the question is of no video');
    await page.locator(`${BURST}[open] dl button.link`).first().click();
    await until(() => page.locator('#inspected .kv').count(), 'the inspector');
    await page.click('[data-look=why]');
  });
  await checks.check('all alerts can be shown, open ones alone', async () => {
    await page.click('[data-alerts=all]');
    const all = await page.locator('.alert').count();
    await page.click('[data-alerts=open]');
    expect((await page.locator('.alert').count()) <= all, 'more open than there are');
  });
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
  await ledOn(tools);
}
