// First paint and the answers to acts, as the browser itself measures them, of a page that nothing was kept of.
// The figures are printed and never asserted: they tell of the machine as much as of the page.
import {expect, openPage} from './checks.mjs';

// Runs in the page before anything else.
function observe() {
  const seen = {paint: {}, largest: 0, shift: 0, tasks: 0, interactions: {}};
  globalThis.potikSpeed = seen;
  const watch = (type, take, more = {}) =>
    new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true, ...more});
  watch('paint', entry => {
    seen.paint[entry.name] = entry.startTime;
  });
  watch('largest-contentful-paint', entry => {
    seen.largest = entry.startTime;
  });
  watch('layout-shift', entry => {
    if (!entry.hadRecentInput) seen.shift += entry.value;
  });
  watch('longtask', entry => {
    seen.tasks += entry.duration;
  });
  const take = entry => {
    if (entry.interactionId)
      seen.interactions[entry.interactionId] = Math.max(
        seen.interactions[entry.interactionId] ?? 0,
        entry.duration,
      );
  };
  watch('event', take, {durationThreshold: 16});
}

// ready(page) resolves when the page shows what it is for; act(page) does what people do there.
// Times in milliseconds: {first, largest, ready, shift, longTasks, interactions: sorted, requests, bytes}.
export async function speedOf(browser, server, path, {ready, act, options = {}}) {
  const {page, close} = await openPage(browser, server, path, {...options, before: observe});
  await ready(page);
  const until = await page.evaluate(() => performance.now());
  await act(page);
  await page.waitForTimeout(500); // entries of events come a frame or two later
  const {seen, resources} = await page.evaluate(() => ({
    seen: globalThis.potikSpeed,
    resources: performance.getEntriesByType('resource').map(entry => entry.transferSize),
  }));
  await close();
  return {
    first: seen.paint['first-contentful-paint'],
    largest: seen.largest,
    ready: until,
    shift: seen.shift,
    longTasks: seen.tasks,
    interactions: Object.values(seen.interactions).sort((a, b) => a - b),
    requests: resources.length + 1,
    bytes: resources.reduce((sum, size) => sum + size, 0),
  };
}

// One line for people, and for the documents.
export async function speedCheck(checks, name, ...what) {
  await checks.check(`first paint and interactions of ${name} are measured`, async () => {
    const figures = await speedOf(...what);
    expect(figures.first > 0 && figures.interactions.length > 0, JSON.stringify(figures));
    const ms = value => `${Math.round(value)} ms`;
    const slowest = figures.interactions.at(-1);
    const middle = figures.interactions[Math.floor(figures.interactions.length / 2)];
    console.log(
      `# ${name}: first paint ${ms(figures.first)}, largest ${ms(figures.largest)}, ready ${ms(figures.ready)}, ` +
        `${figures.interactions.length} acts answered in ${ms(middle)} (median), ${ms(slowest)} (slowest), ` +
        `layout shift ${figures.shift.toFixed(3)}, ${figures.requests} requests, ${Math.round(figures.bytes / 1024)} KiB`,
    );
  });
}
