// The line that says what the list already reflects: the viewer's last act, how long ago it was counted, and,
// opened, where it went.

import {$, element} from '../dom.js';
import {number, plural, span, t} from '../language.js';

export class Receipt {
  constructor(root) {
    this.root = root;
    this.list = null;
    this.outbox = {waiting: 0, lost: false};
    this.state = 'loading';
    this.path = $('#receipt-path', root);
    setInterval(() => this.show(), 200);
  }

  take(list) {
    this.list = list;
    this.steps();
    this.show();
  }

  setOutbox(outbox) {
    this.outbox = outbox;
    this.show();
  }
  setState(state) {
    this.state = state;
    this.show();
  }

  counted() {
    const receipt = this.list?.receipt;
    return receipt && receipt.offset !== null && receipt.offset !== undefined && receipt.offset >= 0;
  }

  text() {
    const {waiting, lost} = this.outbox;
    if (lost) {
      return t(
        `Зберігаємо й надішлемо знову: ${waiting} ${plural(waiting, 'дія', 'дії', 'дій')}`,
        `Kept, to be sent again: ${waiting} ${waiting === 1 ? 'act' : 'acts'}`,
      );
    }
    if (this.state === 'loading') return t('Складаємо ваш порядок', 'Building your order');
    if (this.state === 'offline') return t('Немає мережі', 'No network');
    if (this.state === 'error') return t('Зв’язок утрачено, під’єднуємося', 'Connection lost, reconnecting');
    if (!this.counted()) return t('Ще нічого не враховано', 'Nothing counted yet');
    const seconds = Math.max(0.1, (Date.now() - new Date(this.list.receipt.occurred_at)) / 1000);
    return seconds < 120
      ? t(`Враховано вашу дію ${span(seconds)} тому`, `Your act counted, ${span(seconds)} ago`)
      : t('Враховано все, що ви зробили', 'Everything you did is counted');
  }

  show() {
    const words = this.text();
    const line = $('#receipt-text', this.root);
    if (line.textContent !== words) line.textContent = words;
    this.root.classList.toggle('old', this.outbox.lost || this.state !== 'ready' || !this.counted());
  }

  steps() {
    const {receipt, model_version: model, cached, arrivedAt} = this.list;
    const row = (name, value) => element('li', {}, element('span', {}, name), element('span', {}, value));
    if (!this.counted()) {
      this.path.replaceChildren(row(t('Модель, версія', 'Model, version'), number(Number(model ?? 0))));
      return;
    }
    const after = Math.max(0, arrivedAt - new Date(receipt.occurred_at));
    this.path.replaceChildren(
      row(
        t('Подію збережено: розділ, зсув', 'Event kept: partition, offset'),
        `${receipt.partition}, ${number(receipt.offset)}`,
      ),
      row(t('Враховано в епосі', 'Counted in epoch'), number(Number(receipt.epoch))),
      row(t('Модель, версія', 'Model, version'), number(Number(model ?? 0))),
      row(
        cached
          ? t('Новий порядок у вас, з кешу', 'New order here, cached')
          : t('Новий порядок у вас', 'New order here'),
        after < 100_000 ? `${number(after)} ${t('мс', 'ms')}` : '',
      ),
    );
  }
}
