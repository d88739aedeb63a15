// What did not become an event: by reason, a sample with its bytes, and sending again, one by one with a change or
// all of a reason. What was accepted in the end is remembered by this browser, for the server keeps every letter.

import {$, element} from '../dom.js';
import {number, t} from '../language.js';
import {get, post} from './ask.js';
import {Resend, bytesOf, placeOf} from './resend.js';
import {timeOf} from './tail.js';

const PAGE = 50;
const SQL = `select reason, count(*) as letters, max(appended_at) as last
from dead_letters group by reason order by letters desc`;

const REASONS = {
  malformed_json: ['Зламаний JSON', 'Broken JSON'],
  not_an_object: ['Не об’єкт', 'Not an object'],
  missing_field: ['Бракує поля', 'A field is missing'],
  wrong_type: ['Поле іншого типу', 'A field of another type'],
  empty_field: ['Порожнє поле', 'An empty field'],
  too_long: ['Задовге', 'Too long'],
  out_of_range: ['Число поза межами', 'A number out of range'],
  bad_time: ['Незрозумілий час', 'No readable time'],
  time_ahead: ['Час із майбутнього', 'Time from the future'],
  unknown_type: ['Невідомий тип', 'Unknown type'],
  duplicate_field: ['Поле двічі', 'A field twice'],
  id_mismatch: ['Різні номери', 'Ids differ'],
  no_room: ['Немає місця', 'No room'],
};

export const reasonName = reason => (REASONS[reason] ? t(...REASONS[reason]) : reason);
const utc = text => (/[zZ]$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);

export class DeadLetters {
  constructor() {
    Object.assign(this, {reasons: null, letters: [], at: 0, reason: null, next: null, told: -1, busy: false});
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

  // Called with each push: asks the store only when there are more letters than when it was last asked.
  notice(count) {
    if (count === this.told || this.busy) return;
    this.told = count;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), this.reasons ? 1500 : 0);
  }

  async load() {
    try {
      const {rows} = await post('/v1/query', {sql: SQL});
      this.reasons = rows.map(([reason, count, last]) => ({reason, count: Number(count), last}));
      this.say('');
    } catch (error) {
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
    $('#letters').replaceChildren(
      ...(this.reasons ?? []).map(line => this.row(line)),
      ...(this.reasons && !this.reasons.length
        ? [
            element(
              'tr',
              {},
              element(
                'td',
                {colspan: 4, class: 'dim'},
                t('Усе прийнято: відкладених подій немає.', 'All was accepted: there are no dead letters.'),
              ),
            ),
          ]
        : []),
    );
    this.showSample();
  }

  row(line) {
    const current = this.reason === line.reason;
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
        element(
          'button',
          {class: 'btn tiny', type: 'button', disabled: this.busy, onclick: () => this.confirm(line)},
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

  // Reads pages until there is one more letter of the reason; they come newest first.
  async more() {
    const {reason} = this;
    const wanted = this.letters.length;
    try {
      while (this.letters.length === wanted && (this.next !== null || !this.started)) {
        const before = this.started ? `&before=${encodeURIComponent(this.next)}` : '';
        const page = await get(`/v1/dead-letters?limit=${PAGE}${before}`);
        if (reason !== this.reason) return;
        this.started = true;
        this.next = page.next;
        this.letters.push(...page.dead_letters.filter(letter => letter.reason === reason));
      }
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
    $('#letter-why').textContent = `${reasonName(letter.reason)}${field}: ${letter.detail}`;
    $('#letter-raw').textContent = letter.text ?? letter.base64;
    $('#letter-kind').textContent = letter.text === undefined ? t('байти, base64', 'bytes, base64') : '';
    $('#letter-sent').textContent = this.resend.done.has(placeOf(letter))
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
          `${t('Знову відкладено', 'Dead again')}: ${reasonName(result.reason)}${result.field ? ` (${result.field})` : ''}. ${result.detail}`;
      }
      this.showSample();
    } catch (error) {
      $('#letter-result').textContent = error.message;
    } finally {
      $('#letter-send').disabled = false;
    }
  }

  /* ---- all of a reason ---- */

  confirm(line) {
    this.asked = line;
    $('#letters-ask').textContent = t(
      `${reasonName(line.reason)}: надіслати знову ${number(line.count)}? Без виправлення вони повернуться сюди ж.`,
      `${reasonName(line.reason)}: send ${number(line.count)} again? Without a fix they come back here.`,
    );
    for (const id of ['#letters-find', '#letters-replace']) $(id).value = '';
    $('#letters-dialog').showModal();
  }

  confirmed(event) {
    if (event.submitter?.value !== 'send') return;
    this.sendAll(this.asked.reason, $('#letters-find').value, $('#letters-replace').value);
  }

  async sendAll(reason, find, replacement) {
    this.busy = true;
    this.show();
    $('#letters-stop').hidden = false;
    try {
      const sum = await this.resend.all(reason, {find, replacement}, now => this.progress(now));
      this.progress(sum);
    } catch (error) {
      this.say(error.message);
    }
    $('#letters-stop').hidden = true;
    this.busy = false;
    const told = $('#letters-told').textContent;
    await this.load();
    this.say(told);
  }

  progress({sent, accepted, dead, skipped, stopped}) {
    const parts = [
      t(`Надіслано ${number(sent)}`, `Sent ${number(sent)}`),
      t(`прийнято ${number(accepted)}`, `accepted ${number(accepted)}`),
      t(`знову відкладено ${number(dead)}`, `dead again ${number(dead)}`),
      ...(skipped ? [t(`прийнятих раніше ${number(skipped)}`, `${number(skipped)} accepted before`)] : []),
      ...(stopped ? [t('зупинено', 'stopped')] : []),
    ];
    this.say(parts.join(' · '));
  }
}
