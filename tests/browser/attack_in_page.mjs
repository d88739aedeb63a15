// A person who tries the demo's attack: opens the viewer's page, switches the attack on and waits for the alarm
// there and on the operations page, where it is acknowledged; after a line on standard input switches it off.
//
//   node attack_in_page.mjs VIEWERS_SERVER OPERATORS_SERVER
//
// Prints one JSON object a step: {"step":"alarm","kind","subject"}, then {"step":"over"}.
import readline from 'node:readline';
import {expect, findBrowser, launch, openPage, SKIP_CODE, until} from './checks.mjs';

const ALARM_MS = 90_000;

if (!findBrowser()) process.exit(SKIP_CODE);
const [viewers, operators] = process.argv.slice(2).map(url => url.replace(/\/$/, ''));
const tell = step => console.log(JSON.stringify(step));
const input = readline.createInterface({input: process.stdin})[Symbol.asyncIterator]();

const browser = await launch();
const feed = await openPage(browser, viewers, '/');
await feed.page.locator('#list .entry').first().waitFor();
const attack = feed.page.locator('[data-attack]:visible').first();
await attack.waitFor();
await attack.click();
await until(async () => (await attack.getAttribute('aria-checked')) === 'true', 'the switch to be on', 10_000);
const alert = await until(
  () => feed.page.evaluate(() => fetch('/v1/demo').then(answer => answer.json())).then(state => state.alert),
  'the alarm in the page',
  ALARM_MS,
);

const ops = await openPage(browser, operators, '/ops');
const row = ops.page.locator(`.alert[data-id="${alert.id}"]`);
await row.waitFor({timeout: ALARM_MS});
expect((await row.getAttribute('data-kind')) === alert.kind, 'the operations page shows another kind');
tell({step: 'alarm', kind: alert.kind, subject: alert.subject, id: alert.id});

await input.next();
await attack.click();
await until(async () => (await attack.getAttribute('aria-checked')) === 'false', 'the switch to be off', 10_000);
tell({step: 'over', faults: [...feed.faults, ...ops.faults]});
await browser.close();
process.exit(0);
