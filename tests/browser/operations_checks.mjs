// What an operator must see: figures, charts, the diagram, the model; and the checks of each part, in files of
// their own.
import fs from 'node:fs';
import {axeClean} from './axe.mjs';
import {expect, openPage, until} from './checks.mjs';
import {ink} from './ink.mjs';
import {stats} from './mock_stats.mjs';
import {alertChecks} from './operations_alerts.mjs';
import {chartChecks} from './operations_charts.mjs';
import {eventChecks} from './operations_events.mjs';
import {letterChecks} from './operations_letters.mjs';
import {sizeChecks} from './operations_sizes.mjs';
import {sqlChecks} from './operations_sql.mjs';
import {keyChecks, restartChecks} from './operations_states.mjs';
import {speedCheck} from './speed.mjs';

const DESK = {viewport: {width: 1440, height: 1100}};
const CHARTS = ['events', 'latency', 'lag', 'answers', 'hits', 'store', 'letters', 'auc'];

export const figures = page => page.locator('.vital .v').allInnerTexts();

// Which of the charts are empty.
async function unpainted(page, names) {
  const inks = await Promise.all(names.map(async name => [name, await ink(page, `#chart-${name} canvas`)]));
  return inks.filter(([, count]) => !count).map(([name]) => name);
}

async function figureChecks(checks, page, mock) {
  await checks.check('eight figures stand there and move', async () => {
    await until(async () => (await page.innerText('#live')) === 'наживо', 'figures', 10_000);
    expect((await figures(page)).length === 8, 'not eight figures');
    const all = async () =>
      (await page.innerText('#uptime')) + (await page.innerText('#epoch')) + (await figures(page)).join();
    const first = await all();
    await until(async () => (await all()) !== first, 'a figure to move', 10_000);
    expect((await page.innerText('#live')) === 'наживо', 'the page does not say that it is live');
  });
  await checks.check('each figure shows its goal or limit', async () => {
    const notes = (await page.locator('.vital .l').allInnerTexts()).join(' | ');
    for (const part of [/ціль 10 мс/, /ціль 50 мс/, /межа/]) expect(part.test(notes), notes);
  });
  await checks.check('all charts are painted, without a legend', async () => {
    await until(async () => (await unpainted(page, CHARTS)).length === 0, 'paint on every chart', 15_000);
    expect((await page.locator('.u-legend').count()) === 0, 'a legend stands there');
    const words = await page.getAttribute('#chart-latency .plot', 'aria-label');
    expect(/p50 \d/.test(words) && /p99 \d/.test(words), `the chart is not told in words: ${words}`);
  });
  await checks.check('the pointer tells one moment on every chart', async () => {
    await page.hover('#chart-latency .u-over');
    const told = await page.innerText('#chart-latency small');
    expect(/\d\d:\d\d:\d\d · p50/.test(told), told);
    expect(/\d\d:\d\d:\d\d ·/.test(await page.innerText('#chart-events small')), 'the others do not follow');
    await page.hover('h1');
  });
  await checks.check('memory stands against limits, lag by partition', async () => {
    expect(/ із /.test(await page.innerText('#memory-sum')), await page.innerText('#memory-sum'));
    expect((await page.locator('#memory .bar').count()) > 3, 'no bars of memory');
    expect((await page.locator('#partitions .bar').count()) > 0, 'no partitions');
    const names = await page.locator('#memory .name').allInnerTexts();
    const unnamed = names.filter(name => /[a-z]/i.test(name));
    expect(!unnamed.length, `components without a Ukrainian word: ${unnamed.join(', ')}`);
  });
  if (mock) await stateChecks(checks, page, mock);
}

async function stateChecks(checks, page, mock) {
  await checks.check('a partition that falls behind and a trouble of the server are shown', async () => {
    Object.assign(mock.world, {behind: 30_500, trouble: 'The disk is nearly full.'});
    try {
      await until(
        async () => /▲ 30/.test(await page.innerText('#partitions')),
        'a triangle at the partition',
      );
      expect(await page.locator('.vital.warn .sev.warn').count(), 'no triangle at the lag');
      expect(await page.locator('#pipe [data-part=log].warn').count(), 'the diagram does not show it');
      expect(/disk/.test(await page.innerText('#trouble')), 'the trouble is not told');
      await axeClean(page, 'behind');
    } finally {
      Object.assign(mock.world, {behind: 43, trouble: ''});
    }
    await until(() => page.locator('#trouble').isHidden(), 'the trouble to go');
  });
  await rangeChecks(checks, page);
}

// How long ago the moment is that the left end of the charts shows, in seconds.
async function secondsShown(page) {
  await page.hover('h1');
  await page.hover('#chart-latency .u-over', {position: {x: 1, y: 20}});
  return page.evaluate(() => {
    const [, ...parts] = /(\d\d):(\d\d):(\d\d) ·/.exec(document.querySelector('#chart-latency small').textContent) ?? [];
    const [hours, minutes, seconds] = parts.map(Number);
    const then = new Date();
    then.setHours(hours, minutes, seconds, 0);
    return (86_400 + (Date.now() - then) / 1000) % 86_400;
  });
}

async function rangeChecks(checks, page) {
  await checks.check('a quarter of an hour, an hour and six hours are asked for and shown', async () => {
    for (const range of [3600, 21_600, 900]) {
      const asked = page.waitForRequest(request => request.url().endsWith(`/v1/stats/history?seconds=${range}`));
      await page.click(`[data-range="${range}"]`);
      await asked;
      await until(
        async () => (await page.getAttribute(`[data-range="${range}"]`, 'aria-pressed')) === 'true',
        `that ${range} s are chosen`,
      );
      await until(
        async () => Math.abs((await secondsShown(page)) - range) < range / 10,
        `charts that begin ${range} s ago`,
      );
      expect((await unpainted(page, ['events'])).length === 0, `${range}: no paint`);
    }
    await page.hover('h1');
  });
}

async function pathChecks(checks, page) {
  await checks.check('the path of an event shows parts and rates', async () => {
    const parts = await page.locator('#pipe [data-part]').count();
    expect(parts === 10, `${parts} parts`);
    const text = await page.locator('#pipe').textContent();
    for (const part of ['Сторінка', 'Журнал', 'Обробка', 'Модель', 'Сховище', 'Кеш', 'API'])
      expect(text.includes(part), text);
    expect(
      /подій за секунду/.test(await page.getAttribute('#pipe', 'aria-label')),
      'it is not told in words',
    );
  });
}

async function modelChecks(checks, page, mock) {
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
  await checks.check('quality of predictions and hits by source stand there', async () => {
    await until(() => page.locator('#quality tbody tr').count(), 'figures of quality', 10_000);
    const text = await page.innerText('#quality');
    // Where less than one exposure's weight came true, or did not, no order can be told: of fifty
    // exposures one that has aged a little shows as 2,0 %.
    const told = /довгий перегляд\s+[01],\d{3}/.test(text);
    expect(told || /довгий перегляд\s+–\s+–\s+\d+,\d %\s+([0-3],\d|9[7-9],\d|100,0) %/.test(text), text);
    const hits = await page.innerText('#hits');
    expect(/не зі списку/.test(hits) && /%/.test(hits), hits);
    expect((await page.locator('#calibration circle').count()) > 0, 'no calibration');
  });
  if (mock) await lowChecks(checks, page, mock);
}

// The page marks what the alert of the same meaning fires for.
async function lowChecks(checks, page, mock) {
  const rules = fs.readFileSync(new URL('../../deploy/prometheus/potik.rules.yml', import.meta.url), 'utf8');
  const [, low, judged] = /alert: PotikQualityLow[^]*?< ([\d.]+)[^]*?> (\d+)/.exec(rules).map(Number);
  const {heads} = stats(mock.world);
  const marked = async (auc, exposures) => {
    const line = {...heads.find(one => one.head === 'long_watch'), horizon: 'long', auc, exposures};
    mock.world.figures = {heads: [line]};
    const words = auc.toFixed(3).replace('.', ',');
    await until(async () => (await page.innerText('#auc-now')).trim().startsWith(words), words);
    return (await page.locator('#auc-now .sev.warn').count()) > 0;
  };
  await checks.check('an AUC near chance is marked by the limit of PotikQualityLow', async () => {
    try {
      expect(await marked(low - 0.002, judged + 1), 'a low one is not marked');
      await axeClean(page, 'low AUC');
      expect(!(await marked(low - 0.003, judged)), 'marked although too little was judged');
      expect(!(await marked(low, judged + 1)), 'marked at the limit');
    } finally {
      mock.world.figures = {};
    }
  });
}

async function pageChecks(checks, page, shot) {
  await checks.check('the language switches everything', async () => {
    await page.click('[data-language=en]');
    expect((await page.innerText('#alerts-title')) === 'Alerts', 'the title is not English');
    await until(
      async () => !/[а-яіїєґ]/i.test(await page.locator('.vitals').innerText()),
      'figures in English',
    );
    const text = await page.locator('#pipe').textContent();
    expect(!/[а-яіїєґ]/i.test(text), `Ukrainian in the English diagram: ${text}`);
    await page.click('[data-language=uk]');
  });
  await checks.check('keys: help, pause, the store', async () => {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('Shift+Slash');
    await until(() => page.locator('#help[open]').count(), 'the help');
    await axeClean(page, 'help');
    await page.keyboard.press('Escape');
    await until(async () => (await page.locator('dialog[open]').count()) === 0, 'the help to close');
    await page.keyboard.press('Slash');
    expect(
      await page.evaluate(() => document.activeElement.id === 'sql-text'),
      'the slash does not lead to SQL',
    );
    await page.evaluate(() => document.activeElement.blur());
  });
  await checks.check('pause stops figures, charts, tail and diagram', async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await page.keyboard.press('Space');
    const all = async () =>
      (await figures(page)).join() +
      (await page.innerText('#epoch')) +
      (await page.innerText('#tail')) +
      (await page.locator('#pipe').innerHTML()) +
      (await page.evaluate(() => document.querySelector('#chart-latency canvas').toDataURL()));
    const first = await all();
    await new Promise(resolve => setTimeout(resolve, 2200));
    expect((await all()) === first, 'they moved');
    await page.keyboard.press('Space');
    await until(async () => (await all()) !== first, 'them to move again');
  });
  for (const theme of ['light', 'dark']) {
    await checks.check(`figures of every kind can be read, ${theme}`, async () => {
      await page.click(`[data-theme-choice=${theme}]`);
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press('Space'); // no push takes the kind away again
      for (const kind of ['', 'warn', 'crit']) {
        await page.evaluate(name => {
          for (const figure of document.querySelectorAll('.vital')) figure.className = `vital ${name}`;
        }, kind);
        await axeClean(page, kind);
      }
      await page.keyboard.press('Space');
    });
    await checks.check(`axe finds nothing on a desk, ${theme}`, async () => {
      await page.click(`[data-theme-choice=${theme}]`);
      await page.evaluate(() => scrollTo(0, 0));
      await axeClean(page, theme);
    });
    await shot(page, `operations-${theme}`);
  }
}

// How wide the page is, and what makes it wider than the window.
const tooWide = page =>
  page.evaluate(() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return null;
    const scrolls = node => node.closest('svg, canvas') || ['auto', 'scroll', 'hidden'].includes(getComputedStyle(node).overflowX);
    const beyond = [...document.body.querySelectorAll('*')].filter(node => {
      if (node.getBoundingClientRect().right <= innerWidth + 1) return false;
      for (let at = node; at; at = at.parentElement) if (scrolls(at)) return false;
      return true;
    });
    return `${wide} px wide: ${beyond.slice(-5).map(node => `${node.tagName}#${node.id}.${node.className} “${node.textContent.slice(0, 40)}”`).join(', ')}`;
  });

// Charts follow a window of another size with their next frame.
async function fits(page) {
  let wide = null;
  const fitting = async () => {
    wide = await tooWide(page);
    return wide === null;
  };
  await until(fitting, 'the page to fit').catch(() => expect(false, wide));
}

async function phoneChecks(checks, page, shot) {
  await page.setViewportSize({width: 390, height: 844});
  await checks.check('the page of operations fits a phone', async () => {
    await fits(page);
    const narrow = await page.evaluate(() =>
      [...document.querySelectorAll('.plot canvas')].every(
        canvas => canvas.getBoundingClientRect().right <= 390,
      ),
    );
    expect(narrow, 'a chart is wider than the phone');
    await axeClean(page, 'phone');
  });
  await shot(page, 'operations-phone');
  for (const width of [800, 1280, 1920]) {
    await checks.check(`it fits ${width} px`, async () => {
      await page.setViewportSize({width, height: 900});
      await fits(page);
    });
  }
}

// What someone on call does first: look at the other range, open the help, ask the store, leaf through an alert.
const SPEED = {
  ready: page => until(async () => (await page.innerText('#live')) === 'наживо', 'figures', 15_000),
  act: async page => {
    for (const button of [
      '[data-range="3600"]',
      '[data-alerts=all]',
      '#run',
      '[data-view=bars]',
      '[data-look=user]',
    ])
      await page.click(button);
    await page.click('[data-language=en]');
    await page.keyboard.press('Space');
  },
};

// mock: the stand-in, or null against the server itself. own: {binary, demo} to start a server that may be killed.
export async function operationsChecks(
  checks,
  browser,
  server,
  shot,
  attack,
  {mock = null, own = null} = {},
) {
  const {page, faults, close} = await openPage(browser, server, '/ops', DESK);
  // What a check asks for on purpose is no fault.
  const forgive = pattern => faults.splice(0, faults.length, ...faults.filter(fault => !pattern.test(fault)));
  const tools = {checks, browser, server, page, shot, mock, forgive};
  await figureChecks(checks, page, mock);
  await pathChecks(checks, page);
  await eventChecks(tools);
  await modelChecks(checks, page, mock);
  await sqlChecks(tools);
  await letterChecks(tools);
  await alertChecks(tools, attack);
  await pageChecks(checks, page, shot);
  await sizeChecks(tools);
  await phoneChecks(checks, page, shot);
  await checks.check('no console errors, no foreign requests, no broken policy on operations', () =>
    expect(!faults.length, faults.join('; ')),
  );
  await close();
  await chartChecks(tools);
  if (mock) await keyChecks(tools);
  await speedCheck(checks, 'operations', browser, server, '/ops', SPEED);
  await restartChecks(tools, own);
}
