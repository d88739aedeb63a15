// Comments on the clip on screen: the viewer's own at once, others' as they come.

import {$, element} from '../dom.js';
import {clock, t} from '../language.js';

const SHOWN_MAX = 200;
const LISTED = 50;
const SENDING_MS = 60_000; // an own comment that others do not see by then was left out

export class Talk {
  constructor(potik, viewer, catalogue) {
    Object.assign(this, {potik, viewer, catalogue});
    this.root = $('#comments');
    this.videoId = null;
  }

  open(videoId) {
    if (this.videoId === videoId) return;
    this.close();
    this.videoId = videoId;
    this.state = 'loading';
    this.items = new Map();
    this.since = Infinity; // later comments that others see are listed or come in
    for (const own of this.viewer.commentsOn(videoId))
      this.items.set(own.id, {id: own.id, mine: true, text: own.text, at: own.at, known: false});
    this.draw();
    const path = `/v1/videos/${encodeURIComponent(videoId)}/comments`;
    this.stop = this.potik.stream(`${path}/stream`, {comment: said => this.come(said)}, (state, status) => {
      // A server without comments is not asked again.
      if (status === 404) this.stop();
      // Those said between two streams are in the list.
      if (state === 'open' && this.videoId === videoId) this.load(path);
      else if (this.state === 'loading') this.fail(status);
      this.showLive(state === 'open');
    });
  }

  close() {
    this.stop?.();
    this.stop = null;
    this.videoId = null;
    $('#talk-live').hidden = true;
  }

  async load(path) {
    const videoId = this.videoId;
    const answer = await this.potik.request(`${path}?limit=${LISTED}`).catch(() => null);
    const page = answer?.ok ? await answer.json() : null;
    if (this.videoId !== videoId) return;
    if (!page) return void this.fail(answer?.status);
    this.state = 'ready';
    for (const said of page.comments) this.keep(said);
    this.since = Math.min(Date.now(), ...page.comments.map(said => Date.parse(said.occurred_at)));
    this.draw();
  }

  fail(status) {
    this.state = status === 404 ? 'own' : 'error';
    this.draw();
  }

  keep(said) {
    const own = this.items.get(said.comment_id);
    this.items.set(said.comment_id, {
      id: said.comment_id,
      mine: own?.mine || said.mine === true,
      author: said.author,
      text: said.text,
      at: Date.parse(said.occurred_at),
      known: true,
    });
    this.trim();
  }

  trim() {
    const over = this.items.size - SHOWN_MAX;
    if (over <= 0) return;
    const oldest = [...this.items.values()].sort((a, b) => a.at - b.at).slice(0, over);
    for (const {id} of oldest) this.items.delete(id);
  }

  // One comes in while people read: only its own node is added, so that it is read out alone.
  come(said) {
    const old = this.items.get(said.comment_id);
    this.keep(said);
    const node = [...this.root.children].find(child => child.dataset.id === said.comment_id);
    if (old && node) node.replaceWith(this.node(this.items.get(said.comment_id)));
    else this.add(this.items.get(said.comment_id));
  }

  say({id, text, at}) {
    const item = {id, mine: true, text, at, known: false};
    this.items.set(id, item);
    this.trim();
    this.add(item);
    this.root.scrollTop = this.root.scrollHeight;
  }

  add(item) {
    const low = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 60;
    $('p', this.root)?.remove();
    const node = this.node(item);
    node.classList.add('in');
    this.root.append(node);
    if (this.root.children.length > SHOWN_MAX) this.root.firstElementChild.remove();
    if (low) this.root.scrollTop = this.root.scrollHeight;
  }

  node(item) {
    const name = item.mine ? t('ви', 'you') : t(`глядач ${item.author}`, `viewer ${item.author}`);
    const letter = item.mine ? t('В', 'Y') : (item.author?.[0] ?? '?').toUpperCase();
    return element(
      'div',
      {class: item.mine ? 'cmt mine' : 'cmt', dataset: {id: item.id}},
      element('i', {'aria-hidden': 'true'}, letter),
      element('b', {}, name, element('small', {}, clock(item.at), this.fate(item))),
      element('span', {}, item.text),
    );
  }

  fate(item) {
    if (item.known || this.state === 'own') return '';
    if (Date.now() - item.at < SENDING_MS) return t(', надсилаємо', ', sending');
    return item.at > this.since ? t(', інші не бачать', ', not seen by others') : '';
  }

  draw() {
    if (!this.videoId) return;
    $('#talk-about').textContent = this.catalogue.title(this.videoId);
    const items = [...this.items.values()].sort((a, b) => a.at - b.at);
    this.root.replaceChildren(...items.map(item => this.node(item)), ...this.words(items.length));
    this.root.scrollTop = this.root.scrollHeight;
  }

  words(count) {
    const line = (...parts) => [element('p', {class: 'dim'}, ...parts)];
    if (this.state === 'loading' && !count) return line(t('Завантажуємо', 'Loading'));
    if (this.state === 'error')
      return line(
        t(
          'Слова інших не завантажилися, пробуємо знову. Ваші збережено.',
          'Others’ words did not load, trying again. Yours are kept.',
        ),
      );
    if (count) return [];
    return line(t('Ще ніхто нічого не сказав. Почніть.', 'Nobody has said anything yet. Begin.'));
  }

  showLive(on) {
    const node = $('#talk-live');
    node.hidden = !this.videoId || this.state === 'own';
    node.classList.toggle('off', !on);
    node.textContent = on ? t('наживо', 'live') : t('зв’язок утрачено', 'connection lost');
  }
}
