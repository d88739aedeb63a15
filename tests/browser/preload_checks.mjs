// A page names every module it will want, so that the browser asks for all of them at once and not level by level.
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect} from './checks.mjs';

const WEB = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../web');

// What a module imports at its beginning, and what that does, by address.
function importsOf(module, found = new Set()) {
  if (found.has(module)) return found;
  found.add(module);
  const text = fs.readFileSync(path.join(WEB, module), 'utf8');
  for (const [, target] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';/gm))
    importsOf(path.posix.join(path.posix.dirname(module), target), found);
  return found;
}

export async function preloadChecks(checks) {
  await checks.check('each page asks for all its modules at once, and for no other', () => {
    for (const page of ['feed.html', 'operations.html']) {
      const text = fs.readFileSync(path.join(WEB, page), 'utf8');
      const [, entry] = /<script type="module" src="([^"]+)"/.exec(text);
      const named = [...text.matchAll(/<link rel="modulepreload" href="([^"]+)"/g)].map(match => match[1]);
      const wanted = [...importsOf(entry)].filter(module => module !== entry);
      const missing = wanted.filter(module => !named.includes(module));
      const idle = named.filter(module => !wanted.includes(module));
      expect(
        !missing.length && !idle.length,
        `${page}: missing ${missing.join(', ')}; idle ${idle.join(', ')}`,
      );
    }
  });
}
