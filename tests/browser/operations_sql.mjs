// Questions to the store: saved ones, one's own, charts, errors that can be read, and a file to take away.
import fs from 'node:fs';
import {axeClean} from './axe.mjs';
import {expect, until} from './checks.mjs';
import {ink} from './ink.mjs';

const answered = page =>
  until(async () => !/Питаємо/.test(await page.innerText('#took')), 'an answer', 15_000);

async function ask(page, sql) {
  await page.fill('#sql-text', sql);
  await page.press('#sql-text', 'Control+Enter');
  await until(async () => (await page.innerText('#took')).length > 0, 'a beginning');
  await answered(page);
}

async function savedChecks({checks, page}) {
  await checks.check('every saved question answers, as table or chart', async () => {
    for (const button of await page.locator('#saved > button').all()) {
      await button.click();
      await answered(page);
      const took = await page.innerText('#took');
      expect(/мс/.test(took), `${await button.innerText()}: ${took}`);
      await page.click('[data-view=table]');
      expect((await page.locator('#result thead th').count()) > 1, 'the table has no columns');
    }
  });
  await checks.check('a question of one’s own is kept, renamed, deleted and brought back', async () => {
    await ask(page, 'select 1 as one, 2 as two');
    await page.click('#save');
    await page.fill('#name-input', 'Мій запит');
    await page.press('#name-input', 'Enter');
    await until(async () => /Мій запит/.test(await page.innerText('#saved')), 'the question');
    await page.reload();
    await until(async () => /Мій запит/.test(await page.innerText('#saved')), 'it to be kept', 10_000);
    await page.locator('.own button.sign').first().click();
    await page.fill('#name-input', 'Інша назва');
    await page.click('#name-form .btn.main');
    await until(async () => /Інша назва/.test(await page.innerText('#saved')), 'the new name');
    expect(!/Мій запит/.test(await page.innerText('#saved')), 'the old name stands there too');
    await page.locator('.own button.sign').nth(1).click();
    await until(async () => !/Інша назва/.test(await page.innerText('#saved')), 'it to go');
    await page.locator('#toast button').click();
    await until(async () => /Інша назва/.test(await page.innerText('#saved')), 'it to come back');
  });
}

async function chartChecks({checks, page, shot}) {
  await checks.check('an answer is shown as bars and as lines over time', async () => {
    await page.locator('#saved > button', {hasText: 'Події за хвилинами'}).click();
    await answered(page);
    await until(() => page.locator('#result-chart canvas').count(), 'a line');
    expect(await ink(page, '#result-chart canvas'), 'the line is not painted');
    await page.click('[data-view=bars]');
    expect((await page.locator('#result-chart .bar').count()) > 0, 'no bars');
    await axeClean(page, 'chart of an answer');
    await page.click('[data-view=line]');
    await page.locator('#result-chart').scrollIntoViewIfNeeded();
    await shot(page, 'operations-sql');
    await page.click('[data-view=table]');
  });
  await checks.check('an answer can be taken away as CSV', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#csv')]);
    const text = fs.readFileSync(await download.path(), 'utf8');
    expect(
      /^\ufeffminute,events,suspicious\r\n/.test(text) && text.split('\r\n').length > 2,
      text.slice(0, 100),
    );
    expect(download.suggestedFilename().endsWith('.csv'), download.suggestedFilename());
  });
}

export async function sqlChecks(tools) {
  await savedChecks(tools);
  await chartChecks(tools);
  await tools.checks.check('the SQL box says what is wrong with a bad query', async () => {
    const {page} = tools;
    await ask(page, 'drop table events');
    await until(() => page.locator('#took .sev.warn').count(), 'a warning');
    expect((await page.innerText('#took')).trim().length > 5, 'no reason given');
    expect((await page.inputValue('#sql-text')) === 'drop table events', 'the question is gone');
    expect((await page.locator('#result tr').count()) === 0, 'an old answer stands below it');
    tools.forgive(/400|422/); // this refusal was asked for
  });
}
