// Running named checks one after another, and the browser they run in.
import fs from 'node:fs';
import {chromium} from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const SKIP_CODE = 77;

export function findBrowser() {
  return fs.existsSync(CHROMIUM) ? CHROMIUM : null;
}

export const launch = () => chromium.launch({executablePath: findBrowser(), args: FLAGS});

// Runs named checks and keeps account of them. A check that passes is told where it is read by a person, or if asked.
export class Checks {
  constructor({verbose = process.stdout.isTTY} = {}) {
    this.verbose = verbose;
    this.failures = [];
    this.onlyTheSecondTime = [];
    this.count = 0;
  }

  // A check fails by throwing; its message says what was seen.
  async check(name, body) {
    this.count += 1;
    try {
      await body();
      if (this.verbose) console.log(`ok - ${name}`);
    } catch (error) {
      this.fail(name, error);
    }
  }

  // Checks that belong together, in a browser of their own. If one fails, all are done once more from the start:
  // a machine that is busy for a moment fails once, a fault fails twice. Both are told at the end.
  async section(name, body) {
    const [count, before] = [this.count, this.failures.length];
    await this.attempt(name, body);
    const failed = this.failures.splice(before);
    if (!failed.length) return;
    console.log(`# ${name}: once more`);
    this.count = count;
    await this.attempt(name, body);
    this.onlyTheSecondTime.push(...failed);
  }

  async attempt(name, body) {
    const browser = await launch();
    try {
      await body(browser);
    } catch (error) {
      this.count += 1;
      this.fail(`${name}, between two checks`, error);
    }
    await browser.close();
  }

  fail(name, error) {
    const message = String(error.message ?? error)
      .split('\n')
      .slice(0, 3)
      .join(' | ');
    this.failures.push(`not ok - ${name}: ${message}`);
    console.log(this.failures.at(-1));
  }

  // The failures stand once more at the end, where a long log is read first.
  finish() {
    for (const failure of this.onlyTheSecondTime) console.log(`# the first time: ${failure}`);
    console.log(`${this.count - this.failures.length} of ${this.count} checks passed`);
    for (const failure of this.failures) console.log(failure);
    return this.failures.length ? 1 : 0;
  }
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

// Asks until the answer is truthy; the last answer stands in the error.
export async function until(question, what, limitMs = 15_000) {
  const end = Date.now() + limitMs;
  let answer;
  do {
    answer = await question();
    if (answer) return answer;
    await new Promise(resolve => setTimeout(resolve, 20));
  } while (Date.now() < end);
  throw new Error(`waited ${limitMs} ms for ${what}; last: ${JSON.stringify(answer)}`);
}

// In the page: what its toast said, as a busy machine may look only when it has gone.
function keepToasts() {
  window.toasts = [];
  document.addEventListener('DOMContentLoaded', () => {
    const node = document.querySelector('#toast');
    if (!node) return;
    const keep = () => node.textContent && window.toasts.push(node.textContent);
    keep();
    new MutationObserver(keep).observe(node, {childList: true, characterData: true, subtree: true});
  });
}

export const toasted = (page, words, limitMs) =>
  until(
    async () => (await page.evaluate(() => window.toasts)).some(text => words.test(text)),
    `the toast ${words}`,
    limitMs,
  );

// A page that keeps account of what must not happen: console errors, foreign requests, broken policy.
// before: a function that runs in the page ahead of its own scripts. quiet: {url, status}, an answer
// that is no fault.
export async function openPage(browser, server, path, {before, quiet = null, ...options} = {}) {
  const context = await browser.newContext({
    viewport: {width: 1440, height: 900},
    locale: 'uk-UA',
    colorScheme: 'dark',
    ...options,
  });
  await context.addInitScript(keepToasts);
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  const faults = [];
  page.on('console', message => {
    if (quiet?.url.test(message.location().url) && message.text().includes(`status of ${quiet.status}`)) return;
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', error => faults.push(`exception: ${error.message}`));
  page.on('request', request => {
    const url = new URL(request.url());
    if (url.origin !== new URL(server).origin && url.protocol !== 'blob:')
      faults.push(`foreign request: ${request.url()}`);
  });
  page.on('response', response => {
    if (response.status() === quiet?.status && quiet.url.test(response.url())) return;
    if (response.status() >= 400)
      faults.push(`${response.status()} of ${response.url()}`);
  });
  await page.goto(server + path);
  return {page, faults, close: () => context.close()};
}
