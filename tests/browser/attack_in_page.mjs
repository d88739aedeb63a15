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
// What the page itself says, in Ukrainian as it opens: the alarm and the clip it is about.
const banner = feed.page.locator('#banner .note.crit');
await banner.waitFor({timeout: ALARM_MS});
const told = await banner.innerText();
const [, title] = /Тривога о \d\d:\d\d:\d\d: сплеск уподобань\s+Ціль: «(.+?)»\./.exec(told) ?? [];
expect(title, `the banner says: ${told}`);

const ops = await openPage(browser, operators, '/ops');
const alert = ops.page.locator('.alert.crit[data-kind=like_burst]:not(.done)').first();
await alert.waitFor({timeout: ALARM_MS});
const subject = await alert.locator('dl button.link').first().textContent();
const named = await feed.page.evaluate(
  id => fetch(`/v1/videos/${encodeURIComponent(id)}`).then(answer => answer.json()),
  subject,
);
expect(named.metadata.title === title, `the alarm is of ${title}, the operations page shows ${subject}`);
const [id, kind] = [await alert.getAttribute('data-id'), await alert.getAttribute('data-kind')];
const mine = ops.page.locator(`.alert[data-id="${id}"]`);
if (!(await mine.evaluate(node => node.open))) await mine.locator('summary').click();
await mine.getByRole('button', {name: 'Прийняти'}).click();
await ops.page.locator(`.alert.done[data-id="${id}"]`).waitFor();
tell({step: 'alarm', kind, subject, id});

await input.next();
await attack.click();
await until(async () => (await attack.getAttribute('aria-checked')) === 'false', 'the switch to be off', 10_000);
tell({step: 'over', faults: [...feed.faults, ...ops.faults]});
await browser.close();
process.exit(0);
