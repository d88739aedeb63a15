// Opens the pages in Chromium and does what people do there.
//
//   node run.mjs --server URL [--attack-command "COMMAND"] [--binary POTIK --demo FOLDER] [--screenshots FOLDER]
//   node run.mjs --mock DEMO_FOLDER [--screenshots FOLDER]      against the stand-in for the server
//
// --only feed or --only operations leaves the other page out; with --binary a server of its own is killed and
// started anew.
// A line a check that fails, and with --verbose or on a terminal a line each; exit code 1 if one failed, 77
// (skipped) without Chromium. COMMAND makes a burst of likes, e.g.
// "build/release/potik simulate --url URL --attack like-burst".
import fs from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {Checks, SKIP_CODE, findBrowser} from './checks.mjs';
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
    verbose: {type: 'boolean'},
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

const own = options.binary ? {binary: options.binary, demo: options.demo} : null;
if (options.screenshots) fs.mkdirSync(options.screenshots, {recursive: true});
const shot = async (page, name) => {
  if (options.screenshots) await page.screenshot({path: path.join(options.screenshots, `${name}.png`)});
};

const checks = new Checks({verbose: options.verbose});
// Against a stand-in of its own, so that what was tried before does not matter.
const section = (name, body) =>
  checks.section(name, async browser => {
    const mock = options.mock ? await startMock(options.mock) : null;
    const server = (mock?.url ?? options.server).replace(/\/$/, '');
    try {
      await body({browser, server, mock});
    } finally {
      mock?.close();
    }
  });
await section('vendor', () => vendorChecks(checks));
await section('preload', () => preloadChecks(checks));
if (options.only !== 'operations') {
  await section('watching', ({browser, server}) => watchingChecks(checks, browser, server));
  await section('events', ({browser, server, mock}) =>
    eventsChecks(checks, browser, server, {foreign: mock !== null}),
  );
  await section('viewer', ({browser, server}) => viewerChecks(checks, browser, server));
  await section('types', ({browser, server}) => typesChecks(checks, browser, server));
  await section('feed', ({browser, server}) => feedChecks(checks, browser, server, shot));
  await section('offline', ({browser, server}) => offlineChecks(checks, browser, server));
  await section('phone', ({browser, server}) => phoneChecks(checks, browser, server, shot));
  await section('clips', ({browser, server}) => clipChecks(checks, browser, server));
  await section('people', ({browser, server, mock}) => peopleChecks(checks, browser, server, shot, mock));
  await section('troubles', ({browser, server}) => troubleChecks(checks, browser, server));
  await section('states', ({browser, server}) => stateChecks(checks, browser, server, shot));
  await section('shapes', ({browser, server}) => shapeChecks(checks, browser, server, shot));
  await section('speed', ({browser, server}) => speedChecks(checks, browser, server));
}
if (options.only === 'feed') console.log('# operations left out');
else if (options.mock || options['attack-command'])
  await section('operations', ({browser, server, mock}) => {
    const attack = mock ? {start: mock.attack} : {command: options['attack-command']};
    return operationsChecks(checks, browser, server, shot, attack, {mock, own});
  });
else console.log('# operations not checked: no --attack-command');
process.exit(checks.finish());
