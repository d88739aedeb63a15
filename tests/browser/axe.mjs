// axe-core in the page that is open: every rule of WCAG 2.2 A and AA and axe's best practices.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import {expect} from './checks.mjs';

const SOURCE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES_MIN = 20; // fewer that passed would mean that it looked at an empty page

// Fails with what was found twice, and where: a row that travels to its new place covers others for a moment. The
// script is brought in past the page's policy, for it is no part of it.
export async function axeClean(page, state) {
  await page.evaluate(SOURCE);
  let found = await look(page);
  if (found.violations.length) found = await look(page);
  expect(found.passed >= RULES_MIN, `${state}: only ${found.passed} rules looked at something`);
  expect(!found.violations.length, `${state}: ${found.violations.join('; ')}`);
}

async function look(page) {
  // A colour that is on its way to another is neither, and what moves stands nowhere.
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter(one => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map(one => one.finished));
  });
  return page.evaluate(async () => {
    const found = await globalThis.axe.run(document, {
      resultTypes: ['violations', 'passes'],
      rules: {'target-size': {enabled: true}}, // WCAG 2.2, and off unless asked for
    });
    const place = node => `${node.target.join(' ')} (${node.html.slice(0, 120)}: ${node.failureSummary})`;
    return {
      passed: found.passes.length,
      violations: found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(place).join(', ')}`),
    };
  });
}
