// What is written on the charts: labels apart from each other, and a peak that leaves the rest its room.
import {expect, openPage, until} from './checks.mjs';

const SPIKE = 12_000;
const LINE_PX = 14;
const near = (ago, from) => ago >= from && ago < from + 2;

// Runs in the page: keeps for each canvas the words that stand on it now.
function rememberWords() {
  const {fillText, clearRect} = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    this.canvas.words = [];
    return clearRect.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    (this.canvas.words ??= []).push({text, x, y: y / devicePixelRatio, side: this.textAlign});
    return fillText.call(this, text, x, y);
  };
}

const wordsOn = (page, name) =>
  page.evaluate(wanted => {
    const canvas = document.querySelector(`#chart-${wanted} canvas`);
    return {words: canvas?.words ?? [], height: canvas?.clientHeight ?? 0};
  }, name);

// A quiet server whose demonstration was filled at once, ten minutes ago.
function quiet(world) {
  const heads = ['short', 'long'].map(horizon => ({
    head: 'long_watch',
    horizon,
    exposures: 800,
    predicted: 0.3,
    rate: 0.3,
    log_loss: 0.6,
    auc: 0.537,
  }));
  Object.assign(world, {
    figures: {
      accepted_per_second: 81,
      events_per_second: 92,
      answers_per_second: 20,
      latency_p50_ms: 0.02,
      latency_p99_ms: 0.03,
      heads,
    },
    past: {
      accepted_per_second: ago => (near(ago, 600) ? SPIKE : 81),
      events_per_second: ago => (near(ago, 599) ? SPIKE : 92),
      answers_per_second: ago => (near(ago, 600) ? 900 : 20),
      latency_p50_ms: () => 0.02,
      latency_p99_ms: () => 0.03,
      auc: () => 0.537,
    },
  });
}

export async function chartChecks({checks, browser, server, mock}) {
  if (!mock) return;
  quiet(mock.world);
  const {page, close} = await openPage(browser, server, '/ops', {
    before: rememberWords,
    viewport: {width: 1440, height: 2400},
  });
  const painted = async (name, part) =>
    (await wordsOn(page, name)).words.some(({text}) => text.includes(part));
  await checks.check('labels of a chart never lie on each other', async () => {
    for (const [name, part] of [
      ['events', 'оброблено 92'],
      ['latency', 'p99 0,0'],
      ['auc', 'тиждень 0,537'],
      ['store', 'p99'],
    ]) {
      await until(() => painted(name, part), `${part} on the chart ${name}`, 10_000);
      const {words, height} = await wordsOn(page, name);
      for (const side of ['start', 'end']) {
        const places = words.filter(one => one.side === side).sort((a, b) => a.y - b.y);
        const told = JSON.stringify(places);
        expect(
          places.every(({y}, i) => i === 0 || y - places[i - 1].y >= LINE_PX),
          `${name}: ${told}`,
        );
        expect(
          places.every(({y}) => y > 8 && y <= height),
          `${name}, out of ${height} px: ${told}`,
        );
      }
    }
  });
  await checks.check('one early peak flattens no chart, and is told in words', async () => {
    for (const [name, part, peak] of [
      ['events', 'прийнято 81', /пік 12.000/],
      ['answers', 'відповідей 20', /пік 900/],
    ]) {
      await until(() => painted(name, part), part, 10_000);
      const {words, height} = await wordsOn(page, name);
      expect(
        words.some(({text}) => peak.test(text)),
        `${name}: no peak in ${JSON.stringify(words)}`,
      );
      const {y} = words.find(({text}) => text.includes(part));
      expect(y < height / 2, `${name}: the line lies ${y} px deep of ${height}`);
      expect(peak.test(await page.getAttribute(`#chart-${name} .plot`, 'aria-label')), 'not told in words');
    }
  });
  await close();
  Object.assign(mock.world, {figures: {}, past: {}});
}
