// Everything that is pressed is large enough, and every word has room.
import {expect} from './checks.mjs';

const DESK_PX = 24;
const PHONE_PX = 44;

// What is pressed and lower than that; of a box with a label the label is pressed too.
const small = (page, least) =>
  page.evaluate(
    px =>
      [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
        .filter(node => node.checkVisibility() && !node.closest('.skip'))
        .map(node => {
          const target = node.closest('label') ?? node;
          return [target.getBoundingClientRect().height, node.outerHTML.slice(0, 90)];
        })
        .filter(([height]) => height < px - 0.1)
        .map(([height, html]) => `${height.toFixed(1)} px: ${html}`),
    least,
  );

export async function sizeChecks({checks, page}) {
  const desk = page.viewportSize();
  for (const [place, size, least] of [
    ['a desk', desk, DESK_PX],
    ['a phone', {width: 390, height: 844}, PHONE_PX],
  ])
    await checks.check(`what is pressed on ${place} is at least ${least} px high`, async () => {
      await page.setViewportSize(size);
      const found = await small(page, least);
      expect(!found.length, `${found.length}: ${found.slice(0, 4).join(' ; ')}`);
    });
  await page.setViewportSize(desk);
  await checks.check('no heading of the tail is cut, in either language', async () => {
    for (const language of ['en', 'uk']) {
      await page.click(`[data-language=${language}]`);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('.tail th')]
          .filter(node => node.scrollWidth > node.clientWidth)
          .map(node => node.textContent),
      );
      expect(!cut.length, `${language}: ${cut.join(', ')}`);
    }
  });
}
