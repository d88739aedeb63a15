// What did not become an event: by reason, a sample with its bytes, and sending again, one by one with a change or
// all of a reason. What was accepted in the end is remembered by this browser, for the server keeps every letter.

import {$, element} from '../dom.js';
import {number, t} from '../language.js';
import {patchList} from './patch.js';
import {Resend, SEND_MAX, bytesOf, placeOf} from './resend.js';
import {adviceOf, countLetters, pageOfLetters, reasonName} from './stored_letters.js';
import {timeOf} from './tail.js';

const PAGE = 20;
const PAUSE_MS = 1500; // between two questions to the store while letters keep coming

const utc = text => (/[zZ]$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);

export class DeadLetters {
  constructor() {
    Object.assign(this, {reasons: null, letters: [], at: 0, reason: null, next: null, started: false});
    Object.assign(this, {told: -1, busy: false, timer: null, failed: false});
    this.resend = new Resend();
    $('#letter-older').addEventListener('click', () => this.step(1));
    $('#letter-newer').addEventListener('click', () => this.step(-1));
    $('#letter-edit').addEventListener('click', () => this.edit());
    $('#letter-form').addEventListener('submit', event => {
      event.preventDefault();
      this.sendOne();
    });
    $('#letters-form').addEventListener('submit', event => this.confirmed(event));
    $('#letters-stop').addEventListener('click', () => this.resend.stop());
  }

  // Called with each push: asks the store when there are more letters than when it was last asked, and while they
  // keep coming once in a pause.
  notice(count) {
    if (count === this.told || this.busy) return;
    this.told = count;
    this.timer ??= setTimeout(
      () => {
        this.timer = null;
        this.load();
      },
      this.reasons ? PAUSE_MS : 0,
    );
  }

  async load() {
    try {
      this.reasons = await countLetters();
      if (this.failed) this.say('');
      this.failed = false;
    } catch (error) {
      this.failed = true;
      this.say(error.message);
    }
    this.show();
    if (!this.reason && this.reasons?.length) await this.open(this.reasons[0].reason);
  }

  say(text) {
    $('#letters-told').textContent = text;
  }

  show() {
    const total = (this.reasons ?? []).reduce((sum, line) => sum + line.count, 0);
    $('#letters-count').textContent = this.reasons
      ? t(
          `усього ${number(total)}, збережено з причиною, зсувом і байтами`,
          `${number(total)} in all, kept with reason, offset and bytes`,
        )
      : '';
    const rows = (this.reasons ?? []).map(line => this.row(line));
    if (this.reasons && !rows.length) rows.push(this.nothing());
    patchList($('#letters'), rows);
    this.showSample();
  }

  nothing() {
    return element(
      'tr',
      {},
      element(
        'td',
        {colspan: 4, class: 'dim'},
        t('Усе прийнято: відкладених подій немає.', 'All was accepted: there are no dead letters.'),
      ),
    );
  }

  // How many of a reason were sent again and accepted, and how many wait.
  shares({reason, count, first}) {
    const sent = Math.min(count, this.resend.countOf(reason, first));
    return {sent, waiting: count - sent};
  }

  row(line) {
    const current = this.reason === line.reason;
    const {sent, waiting} = this.shares(line);
    return element(
      'tr',
      {dataset: {reason: line.reason}},
      element(
        'td',
        {},
        element(
          'button',
          {
            class: 'link',
            type: 'button',
            'aria-pressed': String(current),
            title: line.reason,
            onclick: () => this.open(line.reason),
          },
          reasonName(line.reason),
        ),
      ),
      element('td', {class: 'num'}, number(line.count)),
      element('td', {}, timeOf(utc(line.last)).slice(0, 8)),
      element(
        'td',
        {class: 'num'},
        sent > 0 &&
          element('span', {class: 'dim'}, t(`надіслано знову: ${number(sent)} `, `sent again: ${number(sent)} `)),
        waiting > 0 &&
          element(
            'button',
            {class: 'btn tiny', type: 'button', disabled: this.busy, onclick: () => this.confirm(line.reason)},
            t('Надіслати знову', 'Send again'),
          ),
      ),
    );
  }

  /* ---- a sample ---- */

  async open(reason) {
    Object.assign(this, {reason, letters: [], at: 0, next: null, started: false});
    this.show();
    await this.more();
    this.showSample();
  }

  // The next page of the reason; they come newest first.
  async more() {
    const {reason, letters, next} = this;
    if (this.started && next === null) return;
    try {
      const page = await pageOfLetters(reason, next, PAGE);
      // Asked for another reason since, or for the same page twice.
      if (letters !== this.letters || next !== this.next) return;
      this.started = true;
      this.next = page.next;
      this.letters.push(...page.letters);
    } catch (error) {
      this.say(error.message);
    }
  }

  async step(by) {
    this.closeEdit();
    if (this.at + by >= this.letters.length) await this.more();
    this.at = Math.max(0, Math.min(this.letters.length - 1, this.at + by));
    this.showSample();
  }

  showSample() {
    const letter = this.letters[this.at];
    $('#letter').hidden = !letter;
    if (!letter) return;
    $('#letter-place').textContent = placeOf(letter);
    const field = letter.field ? ` (${letter.field})` : '';
    $('#letter-why').textContent = `${reasonName(letter.reason)}${field}: ${adviceOf(letter.reason)}`;
    const count = this.reasons?.find(line => line.reason === letter.reason)?.count ?? this.letters.length;
    $('#letter-nth').textContent = t(
      `${number(this.at + 1)} із ${number(Math.max(count, this.letters.length))}`,
      `${number(this.at + 1)} of ${number(Math.max(count, this.letters.length))}`,
    );
    $('#letter-raw').textContent = letter.text ?? letter.base64;
    $('#letter-kind').textContent = letter.text === undefined ? t('байти, base64', 'bytes, base64') : '';
    $('#letter-sent').textContent = this.resend.has(letter)
      ? t('надіслано знову й прийнято', 'sent again and accepted')
      : '';
    $('#letter-newer').disabled = this.at === 0;
    $('#letter-older').disabled = this.at + 1 >= this.letters.length && this.next === null;
    // Bytes that are no text cannot be edited as text, only sent as they are.
    $('#letter-edit').disabled = letter.text === undefined;
  }

  edit() {
    $('#letter-text').value = this.letters[this.at].text;
    $('#letter-form').hidden = false;
    $('#letter-result').textContent = '';
    $('#letter-text').focus();
  }

  closeEdit() {
    $('#letter-form').hidden = true;
    $('#letter-result').textContent = '';
  }

  async sendOne() {
    const letter = this.letters[this.at];
    $('#letter-send').disabled = true;
    try {
      const [result] = await this.resend.send([{letter, bytes: bytesOf({text: $('#letter-text').value})}]);
      if (result.accepted) {
        this.closeEdit();
        $('#letter-result').textContent = t(
          `Прийнято: ${result.partition}:${result.offset}.`,
          `Accepted: ${result.partition}:${result.offset}.`,
        );
      } else {
        $('#letter-result').textContent =
          `${t('Знову відкладено', 'Dead again')}: ${reasonName(result.reason)}${result.field ? ` (${result.field})` : ''}: ${adviceOf(result.reason)}`;
      }
      this.showSample();
    } catch (error) {
      $('#letter-result').textContent = error.message;
    } finally {
      $('#letter-send').disabled = false;
    }
  }

  /* ---- all of a reason ---- */

  // The row may be older than the count it shows now.
  confirm(reason) {
    const line = this.reasons.find(one => one.reason === reason);
    const {waiting} = this.shares(line);
    this.asked = {reason, count: waiting};
    const [uk, en] =
      waiting > SEND_MAX
        ? [
            `${number(SEND_MAX)} найновіших із ${number(waiting)}`,
            `the newest ${number(SEND_MAX)} of ${number(waiting)}`,
          ]
        : [number(waiting), number(waiting)];
    $('#letters-ask').textContent = t(
      `${reasonName(line.reason)}: надіслати знову ${uk}? Без виправлення вони повернуться сюди ж.`,
      `${reasonName(line.reason)}: send ${en} again? Without a fix they come back here.`,
    );
    for (const id of ['#letters-find', '#letters-replace']) $(id).value = '';
    $('#letters-dialog').showModal();
  }

  confirmed(event) {
    if (event.submitter?.value !== 'send') return;
    this.sendAll(this.asked, $('#letters-find').value, $('#letters-replace').value);
  }

  async sendAll({reason, count}, find, replacement) {
    Object.assign(this, {busy: true, failed: false});
    this.say('');
    this.show();
    $('#letters-stop').hidden = false;
    try {
      const sum = await this.resend.all(reason, {find, replacement}, now => this.progress(now, count));
      this.progress(sum, count);
    } catch (error) {
      this.say(error.message);
    }
    $('#letters-stop').hidden = true;
    this.busy = false;
    await this.load();
  }

  progress({sent, accepted, dead, skipped, stopped, more}, count) {
    const parts = [
      t(`Надіслано ${number(sent)} із ${number(count)}`, `Sent ${number(sent)} of ${number(count)}`),
      t(`прийнято ${number(accepted)}`, `accepted ${number(accepted)}`),
      t(`знову відкладено ${number(dead)}`, `dead again ${number(dead)}`),
      ...(skipped ? [t(`прийнятих раніше ${number(skipped)}`, `${number(skipped)} accepted before`)] : []),
      ...(stopped ? [t('зупинено', 'stopped')] : []),
      ...(more ? [t('давніші — наступним разом', 'the older ones next time')] : []),
    ];
    this.say(parts.join(' · '));
  }
}
