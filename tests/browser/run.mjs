// Opens the pages in Chromium and does what people do there.
//
//   node run.mjs --server URL [--attack-command "COMMAND"] [--binary POTIK --demo FOLDER] [--screenshots FOLDER]
//   node run.mjs --mock DEMO_FOLDER [--screenshots FOLDER]      against the stand-in for the server
//
// --only feed or --only operations leaves the other page out; with --binary a server of its own is killed and
// started anew.
// One line a check; exit code 1 if one failed, 77 (skipped) without Chromium. COMMAND makes a burst of likes,
// e.g. "build/release/potik simulate --url URL --attack like-burst".
import fs from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {Checks, SKIP_CODE, findBrowser, launch} from './checks.mjs';
import {feedChecks, offlineChecks, phoneChecks} from './feed_checks.mjs';
import {clipChecks} from './feed_clips.mjs';
import {peopleChecks} from './feed_people.mjs';
import {shapeChecks} from './feed_shapes.mjs';
import {speedChecks} from './feed_speed.mjs';
import {stateChecks} from './feed_states.mjs';
import {troubleChecks} from './feed_troubles.mjs';
import {startMock} from './mock_server.mjs';
import {operationsChecks} from './operations_checks.mjs';
import {preloadChecks} from './preload_checks.mjs';
import {vendorChecks} from './vendor_checks.mjs';
import {watchingChecks} from './potik_checks.mjs';
import {eventsChecks} from './potik_sending_checks.mjs';
import {viewerChecks} from './potik_viewer_checks.mjs';
import {typesChecks} from './types_checks.mjs';

const {values: options} = parseArgs({
  options: {
    server: {type: 'string'},
    mock: {type: 'string'},
    screenshots: {type: 'string'},
    'attack-command': {type: 'string'},
    binary: {type: 'string'},
    demo: {type: 'string'},
    only: {type: 'string'},
  },
});

if (!options.server === !options.mock) {
  console.error('give --server URL or --mock DEMO_FOLDER');
  process.exit(2);
}
if (!findBrowser()) {
  console.log('skipped: no Chromium; on Debian: apt-get install chromium, or name it in CHROMIUM');
  process.exit(SKIP_CODE);
}

const mock = options.mock ? await startMock(options.mock) : null;
const server = (mock?.url ?? options.server).replace(/\/$/, '');
const own = options.binary ? {binary: options.binary, demo: options.demo} : null;
const attack = mock ? {start: mock.attack} : {command: options['attack-command']};
if (options.screenshots) fs.mkdirSync(options.screenshots, {recursive: true});
const shot = async (page, name) => {
  if (options.screenshots) await page.screenshot({path: path.join(options.screenshots, `${name}.png`)});
};

const checks = new Checks();
const browser = await launch();
await vendorChecks(checks);
await preloadChecks(checks);
if (options.only !== 'operations') {
  await watchingChecks(checks, browser, server);
  await eventsChecks(checks, browser, server, {foreign: mock !== null});
  await viewerChecks(checks, browser, server);
  await typesChecks(checks, browser, server);
  await feedChecks(checks, browser, server, shot);
  await offlineChecks(checks, browser, server);
  await phoneChecks(checks, browser, server, shot);
  await clipChecks(checks, browser, server);
  await peopleChecks(checks, browser, server, shot, mock);
  await troubleChecks(checks, browser, server);
  await stateChecks(checks, browser, server, shot);
  await shapeChecks(checks, browser, server, shot);
  await speedChecks(checks, browser, server);
}
if (options.only === 'feed') console.log('# operations left out');
else if (attack.start || attack.command)
  await operationsChecks(checks, browser, server, shot, attack, {mock, own});
else console.log('# operations not checked: no --attack-command');
await browser.close();
mock?.close();
process.exit(checks.finish());
