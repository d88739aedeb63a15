// What an operator must see.
import {spawn} from 'node:child_process';
import {expect, openPage, until} from './checks.mjs';

const figures = page => page.locator('.vital .v').allInnerTexts();

// Runs the attack beside the page until `body` is done; its output is shown if it ends badly.
async function during(command, body) {
  if (!command) return body();
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {stdio: ['ignore', 'pipe', 'pipe']});
  let said = '';
  child.stdout.on('data', text => {
    said += text;
  });
  child.stderr.on('data', text => {
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

export async function operationsChecks(checks, browser, server, shot, attack) {
  const {page, faults, close} = await openPage(browser, server, '/ops', {
    viewport: {width: 1440, height: 1100},
  });
  await checks.check('eight figures stand there and move', async () => {
    await until(async () => (await figures(page)).length === 8, 'eight figures', 10_000);
    const first =
      (await page.innerText('#uptime')) + (await page.innerText('#epoch')) + (await figures(page)).join();
    await until(
      async () =>
        (await page.innerText('#uptime')) +
          (await page.innerText('#epoch')) +
          (await figures(page)).join() !==
        first,
      'a figure to move',
      10_000,
    );
    expect((await page.innerText('#live')) === 'наживо', 'the page does not say that it is live');
  });
  await checks.check('the charts are painted', async () => {
    const painted = await until(
      () =>
        page.evaluate(() =>
          [...document.querySelectorAll('canvas')].every(
            canvas =>
              canvas.width &&
              canvas
                .getContext('2d')
                .getImageData(0, 0, canvas.width, canvas.height)
                .data.some(value => value !== 0),
          ),
        ),
      'paint',
    );
    expect(painted, 'a chart is empty');
  });
  await checks.check('new videos stand with how far their introduction is', async () => {
    await until(
      async () => /знайомимо/.test(await page.innerText('#newcomers-count')),
      'the count of new videos',
    );
    const rows = page.locator('#newcomers tr[data-state]');
    const words = {running: /до \d/, reached: /досягнуто за/, missed: /не встигло/, withdrawn: /вилучено/};
    for (const row of await rows.all()) {
      const text = await row.innerText();
      const state = await row.getAttribute('data-state');
      expect(/\d+ \/ \d+/.test(text) && words[state]?.test(text), `${state}: ${text}`);
    }
    if ((await rows.count()) === 0)
      expect(/ще не було/.test(await page.innerText('#newcomers')), 'an empty table says nothing');
  });
  await checks.check('the SQL box answers and shows a table', async () => {
    for (const button of await page.locator('#saved button').all()) {
      await button.click();
      await until(async () => !/Питаємо/.test(await page.innerText('#took')), 'an answer');
      expect(
        /мс/.test(await page.innerText('#took')),
        `${await button.innerText()}: ${await page.innerText('#took')}`,
      );
      expect((await page.locator('#result thead th').count()) > 1, 'the table has no columns');
    }
  });
  await checks.check('the SQL box says what is wrong with a bad query', async () => {
    await page.fill('#sql-text', 'drop table events');
    await page.press('#sql-text', 'Control+Enter');
    await until(() => page.locator('#took .sev.warn').count(), 'a warning');
    expect((await page.innerText('#took')).trim().length > 5, 'no reason given');
    faults.splice(0, faults.length, ...faults.filter(fault => !/400|422/.test(fault))); // this refusal was asked for
  });
  await checks.check('quality of predictions and hits by source stand there', async () => {
    await until(() => page.locator('#quality tbody tr').count(), 'figures of quality', 10_000);
    const text = await page.innerText('#quality');
    // Where nothing came true yet, or all did, no order can be told.
    const told = /довгий перегляд\s+[01],\d{3}/.test(text);
    expect(told || /довгий перегляд\s+–\s+–\s+\d+,\d %\s+(0,0|100,0) %/.test(text), text);
    const hits = await page.innerText('#hits');
    expect(/не зі списку/.test(hits) && /%/.test(hits), hits);
  });
  await checks.check('any viewer and video are explained, in both languages', async () => {
    const explained = async (user, video) => {
      await page.fill('#why-user', user);
      await page.fill('#why-video', video);
      await page.click('#why-form button');
      await until(async () => !/Питаємо/.test(await page.innerText('#why-told')), 'an explanation');
      return page.innerText('#why');
    };
    const list = await (await fetch(`${server}/v1/users/stranger/recommendations`)).json();
    const text = await explained('stranger', list.videos[0].video_id);
    expect(/^№ \d+ у списку/.test(text), text);
    expect(/ще немає/.test(await page.innerText('#why-told')), 'it is not said that the viewer is unknown');
    expect((await page.locator('#why .steps li').count()) === 4, 'not four steps');
    expect((await page.locator('#why .contrib .tr i').count()) > 5, 'no bars');
    await page.click('[data-language=en]');
    expect(/in the list/.test(await page.innerText('#why')), 'the explanation is not English');
    await page.click('[data-language=uk]');
    await page.locator('#why').scrollIntoViewIfNeeded();
    await shot(page, 'operations-why');
    expect((await explained('stranger', 'no-such-video')) === '', 'an explanation of nothing');
    expect((await page.innerText('#why-told')).trim().length > 5, 'no reason given');
    faults.splice(0, faults.length, ...faults.filter(fault => !/404/.test(fault))); // this refusal was asked for
  });
  await checks.check('the language switches', async () => {
    await page.click('[data-language=en]');
    expect((await page.innerText('#alerts-title')) === 'Alerts', 'the title is not English');
    await page.click('[data-language=uk]');
  });
  await checks.check('an alert appears while an attack runs', () =>
    during(attack.command, async () => {
      const before = await page.locator('.alert[data-kind=like_burst]').count();
      await attack.start?.();
      await until(
        async () => (await page.locator('.alert[data-kind=like_burst]').count()) > before,
        'an alert like_burst',
        attack.limitMs ?? 30_000,
      );
      await page.evaluate(() => {
        const alert = document.querySelector('.alert[data-kind=like_burst]');
        alert.open = true;
        alert.scrollIntoView({block: 'nearest'});
      });
      const text = await page.locator('.alert[data-kind=like_burst]').first().innerText();
      expect(/Звично/.test(text) && /Зараз/.test(text) && /Що робити/.test(text), text);
      expect(
        (await page.locator('.vital.crit .sev.crit').count()) > 0,
        'the figure of alerts has no diamond',
      );
      await new Promise(resolve => setTimeout(resolve, 2500));
      await page.evaluate(() => scrollTo(0, 0));
      await shot(page, 'operations-dark');
    }),
  );
  await checks.check('an alert can be acknowledged from the keyboard', async () => {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('KeyJ');
    await page.keyboard.press('KeyA');
    await until(() => page.locator('.alert.done').count(), 'an acknowledged alert');
    await page.keyboard.press('KeyA');
  });
  await checks.check('pause stops the figures', async () => {
    await page.click('#pause');
    const first = (await figures(page)).join() + (await page.innerText('#epoch'));
    await new Promise(resolve => setTimeout(resolve, 2200));
    expect((await figures(page)).join() + (await page.innerText('#epoch')) === first, 'they moved');
    await page.click('#pause');
  });
  await page.click('[data-theme-choice=light]');
  await new Promise(resolve => setTimeout(resolve, 1200));
  await shot(page, 'operations-light');
  await checks.check('the page of operations fits a phone', async () => {
    await page.setViewportSize({width: 390, height: 844});
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide <= 390, `${wide} px wide`);
    await shot(page, 'operations-phone');
  });
  await checks.check('no console errors, no foreign requests on operations', () =>
    expect(!faults.length, faults.join('; ')),
  );
  await close();
}
