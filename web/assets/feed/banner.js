// Over the list: what is wrong and what happens to the viewer's acts, or how the attack of the demo goes.

import {$, element} from '../dom.js';
import {plural, t} from '../language.js';

export class Banner {
  // ready(): how many clips to come are on this device already; again() asks for the list anew.
  constructor(ready, again) {
    Object.assign(this, {ready, again, state: 'loading', waiting: 0, hasList: false, attack: null});
    this.root = $('#banner');
  }

  set(change) {
    Object.assign(this, change);
    this.show();
  }

  show() {
    const notes = [this.trouble(), this.attackNote()].filter(Boolean);
    const text = JSON.stringify(notes.map(note => [note.kind, note.title, note.text]));
    if (text === this.shown) return;
    this.shown = text;
    this.root.replaceChildren(...notes.map(note => this.node(note)));
  }

  node({kind, title, text, again}) {
    const button =
      again &&
      element('button', {class: 'btn', onclick: () => this.again()}, t('Спробувати ще раз', 'Try again'));
    return element(
      'div',
      {class: `note ${kind}`},
      element('i', {class: `sev ${kind || 'info'}`, 'aria-hidden': 'true'}),
      element('div', {}, element('b', {}, title), element('p', {}, text), button),
    );
  }

  trouble() {
    if (this.state === 'offline')
      return {
        kind: 'warn',
        title: t('Немає мережі', 'No network'),
        text: `${this.onDevice()} ${this.kept()}`,
      };
    if (this.state !== 'error') return null;
    return {
      kind: 'warn',
      title: this.hasList
        ? t('Список не оновився', 'The list did not refresh')
        : t('Список не завантажився', 'The list did not load'),
      text: `${t('Сервер не відповідає, пробуємо знову.', 'The server does not answer, trying again.')} ${
        this.hasList ? t('Нижче попередній порядок.', 'Below is the previous order.') : ''
      } ${this.kept()}`,
      again: true,
    };
  }

  onDevice() {
    const count = this.ready();
    if (!count) return '';
    return t(
      `Дивіться далі: ${count} ${plural(count, 'кліп уже', 'кліпи вже', 'кліпів уже')} на пристрої.`,
      `Keep watching: ${count} ${count === 1 ? 'clip is' : 'clips are'} on this device.`,
    );
  }

  kept() {
    const count = this.waiting;
    if (!count) return t('Ваші дії збережено.', 'Your acts are kept.');
    return t(
      `${count} ${plural(count, 'дію', 'дії', 'дій')} надішлемо, щойно з’явиться зв’язок.`,
      `${count} ${count === 1 ? 'act' : 'acts'} will be sent once you are back.`,
    );
  }

  attackNote() {
    return this.attack && {kind: this.attack.alarm ? 'crit' : '', ...this.attack};
  }
}
