// Sends dead letters again as they were received, or changed: those of one line together as NDJSON, the others one
// by one. Tells of each whether it was accepted, and remembers those that were, so that none is sent twice.

import {keep, kept} from '../kept.js';
import {t} from '../language.js';
import {ask} from './ask.js';
import {pageOfLetters} from './stored_letters.js';

const KEY = 'potik.resent';
const KEPT_MAX = 50_000;
const PAGE = 200;
export const SEND_MAX = 5000; // at one time
const BATCH_LINES_MAX = 200;
const BATCH_BYTES_MAX = 256 * 1024;
const TRIES = 8;
const PAUSE_MS = 1000;
const LINE_FEED = 10;

// What is remembered of a letter. When it came is part of it, for another server's log has the same places.
const signOf = letter => `${letter.reason} ${letter.at} ${placeOf(letter)}`;

export const placeOf = letter => `${letter.partition}:${letter.offset}`;

export function bytesOf(letter) {
  if (letter.text !== undefined) return new TextEncoder().encode(letter.text);
  return Uint8Array.from(atob(letter.base64), character => character.charCodeAt(0));
}

// Letters in order, split into requests: a run of lines, or one that holds a line feed itself.
export function batchesOf(items) {
  const batches = [];
  let run = null;
  for (const item of items) {
    const alone = item.bytes.includes(LINE_FEED);
    const full =
      run && (run.items.length >= BATCH_LINES_MAX || run.size + item.bytes.length > BATCH_BYTES_MAX);
    if (alone || !run || full) run = {items: [], size: 0, alone};
    if (run.items.length === 0) batches.push(run);
    run.items.push(item);
    run.size += item.bytes.length + 1;
    if (alone) run = null;
  }
  return batches;
}

function remembered() {
  try {
    return new Set(JSON.parse(kept(KEY)) ?? []);
  } catch {
    return new Set();
  }
}

export class Resend {
  constructor() {
    this.done = remembered();
    this.stopped = false;
  }

  remember(letters) {
    for (const letter of letters) this.done.add(signOf(letter));
    while (this.done.size > KEPT_MAX) this.done.delete(this.done.values().next().value);
    keep(KEY, JSON.stringify([...this.done]));
  }

  has(letter) {
    return this.done.has(signOf(letter));
  }

  // How many of a reason were accepted of those that the server keeps, the first of which came at `first`.
  countOf(reason, first) {
    return [...this.done].filter(sign => {
      const [name, at] = sign.split(' ');
      return name === reason && Number(at) >= first;
    }).length;
  }

  stop() {
    this.stopped = true;
  }

  // items: [{letter, bytes}]; answers with [{accepted, partition, offset, reason, field, detail}] in their order.
  async send(items) {
    const results = [];
    for (const batch of batchesOf(items)) results.push(...(await this.sendBatch(batch)));
    this.remember(items.filter((_, i) => results[i].accepted).map(item => item.letter));
    return results;
  }

  async sendBatch({items, alone}) {
    const body = new Blob(items.flatMap((item, i) => (i ? ['\n', item.bytes] : [item.bytes])));
    const type = alone ? 'application/json' : 'application/x-ndjson';
    for (let attempt = 1; ; attempt += 1) {
      const answer = await ask('/v1/events', {method: 'POST', headers: {'Content-Type': type}, body});
      const json = await answer.json().catch(() => ({}));
      // 422 is an answer too: none of them was an event.
      if (json.results) return this.match(items, json.results);
      if ((answer.status !== 429 && answer.status !== 503) || attempt === TRIES)
        throw new Error(json.detail ?? t(`Відповідь ${answer.status}.`, `Answer ${answer.status}.`));
      const after = Number(answer.headers.get('Retry-After'));
      await new Promise(resolve =>
        setTimeout(resolve, after > 0 ? Math.min(after, 10) * 1000 : PAUSE_MS * attempt),
      );
    }
  }

  // One letter may be several documents to the server; it counts as accepted if all of them are.
  match(items, results) {
    const of = new Map(items.map((_, i) => [i, []]));
    for (const result of results) of.get(items.length === 1 ? 0 : result.line - 1)?.push(result);
    return items.map((_, i) => {
      const mine = of.get(i);
      const bad = mine.find(result => result.status !== 'accepted');
      return {...(bad ?? mine[0] ?? {reason: '', detail: ''}), accepted: mine.length > 0 && !bad};
    });
  }

  // Those of a reason that were there when it began, newest first, up to SEND_MAX;
  // onProgress({sent, accepted, dead, skipped}).
  async all(reason, {find, replacement}, onProgress) {
    const sum = {sent: 0, accepted: 0, dead: 0, skipped: 0, stopped: false, more: false};
    this.stopped = false;
    let before = null;
    do {
      const {letters, next} = await pageOfLetters(reason, before, Math.min(PAGE, SEND_MAX - sum.sent));
      const left = letters.filter(letter => !this.has(letter));
      sum.skipped += letters.length - left.length;
      const changed = letter =>
        find && letter.text !== undefined ? {text: letter.text.replaceAll(find, replacement)} : letter;
      const results = await this.send(left.map(letter => ({letter, bytes: bytesOf(changed(letter))})));
      sum.sent += results.length;
      sum.accepted += results.filter(result => result.accepted).length;
      sum.dead = sum.sent - sum.accepted;
      onProgress(sum);
      before = next;
    } while (before && !this.stopped && sum.sent < SEND_MAX);
    sum.stopped = this.stopped;
    sum.more = Boolean(before) && sum.sent >= SEND_MAX;
    return sum;
  }
}
