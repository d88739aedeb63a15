// What stands under web/assets/vendor is byte for byte what the npm packages hold, which npm checks by the lock file.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect} from './checks.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const VENDOR = path.join(HERE, '../../web/assets/vendor');
const SOURCES = {
  uplot: {
    'uPlot.iife.min.js': 'dist/uPlot.iife.min.js',
    'uPlot.min.css': 'dist/uPlot.min.css',
    LICENSE: 'LICENSE',
  },
};

const digest = file => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');

export async function vendorChecks(checks) {
  await checks.check('what the pages bring along is what its packages hold, with the licences', () => {
    for (const folder of fs.readdirSync(VENDOR)) {
      const files = SOURCES[folder] ?? {};
      const names = fs.readdirSync(path.join(VENDOR, folder)).sort().join();
      expect(names === Object.keys(files).sort().join(), `${folder} holds ${names}`);
      for (const [name, source] of Object.entries(files)) {
        const same =
          digest(path.join(VENDOR, folder, name)) === digest(path.join(HERE, 'node_modules', folder, source));
        expect(same, `${folder}/${name} is another than ${source} of the package`);
      }
    }
  });
}
