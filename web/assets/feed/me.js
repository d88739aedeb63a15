// "What Potik knows about me": what the server has counted and remembers, what the order reflects, and what this
// browser keeps. The small bars at the side are the browser's own.

import {$, element} from '../dom.js';
import {clock, number, plural, t} from '../language.js';

const BARS_MAX = 6;
const ROWS_MAX = 12;
const REFRESH_MS = 1000;

const quoted = title => t(`«${title}»`, `“${title}”`);

const SAID = {
  video_played: title => t(`Дивилися «${title}»`, `Watched “${title}”`),
  video_liked: title => t(`Вподобали «${title}»`, `Liked “${title}”`),
  video_unliked: title => t(`Зняли вподобання «${title}»`, `Took back the like of “${title}”`),
  video_disliked: title => t(`Не цікаво: «${title}»`, `Not for me: “${title}”`),
  video_shared: title => t(`Поділилися «${title}»`, `Shared “${title}”`),
  comment_posted: title => t(`Написали про «${title}»`, `Wrote about “${title}”`),
};
const FLAGS = {
  shown: () => t('показано', 'shown'),
  played: () => t('дивилися', 'watched'),
  positive: () => t('довго або вподобано', 'long watch or like'),
  liked: () => t('вподобали', 'liked'),
  commented: () => t('написали', 'commented'),
  skipped: () => t('прогорнули', 'skipped'),
  disliked: () => t('не цікаво', 'not for you'),
};

export class Me {
  // list(): the newest list. known(): the viewer and its token as potik.js has them.
  constructor(potik, viewer, catalogue, list) {
    Object.assign(this, {potik, viewer, catalogue, list, grown: null, document: null, asked: 0});
    $('#take-along').addEventListener('click', () => this.takeAlong());
  }

  told(event) {
    if (event.type === 'video_shown') return;
    this.viewer.keepAct(event.type, event.video_id);
    const topic = this.catalogue.topic(event.video_id);
    const unwanted = this.viewer.dislikes(event.video_id); // the watch of it is told after the dislike
    if (event.type === 'video_played' && !unwanted) this.viewer.keepWatch(topic, event.watch_ms);
    if (event.type === 'video_disliked') this.viewer.forgetWatch(topic);
    this.grown = unwanted || event.type === 'video_unliked' ? null : topic; // what the last act added to
    this.show();
  }

  get open() {
    return !$('#drawer-me').hidden;
  }

  // The server's document, at most once a second; a server that does not know the viewer is not asked.
  async refresh() {
    if (!this.open || !this.list()?.known_user) return;
    const wait = this.asked + REFRESH_MS - Date.now();
    clearTimeout(this.timer);
    if (wait > 0) {
      this.timer = setTimeout(() => this.refresh(), wait);
      return;
    }
    this.asked = Date.now();
    const answer = await this.potik.request(id => `/v1/users/${encodeURIComponent(id)}`).catch(() => null);
    this.document = answer?.ok ? await answer.json() : this.document;
    this.show();
  }

  forget() {
    this.document = null;
    this.show();
  }

  show() {
    this.showSide();
    if (!this.open) return;
    this.showBars();
    this.showCounted();
    this.showRemembered();
    this.showFreshness();
    this.showKept();
  }

  showSide() {
    const count = this.viewer.state.acts.length;
    $('#acts-count').textContent = count
      ? t(
          `${count} ${plural(count, 'остання дія', 'останні дії', 'останніх дій')}`,
          `${count} recent ${count === 1 ? 'act' : 'acts'}`,
        )
      : t('поки нічого', 'nothing yet');
    const topics = this.watched();
    const most = topics[0]?.[1] ?? 1;
    $('#interests').replaceChildren(
      ...topics.slice(0, 3).flatMap(([topic, ms]) => [this.name(topic), this.bar(topic, ms / most)]),
    );
  }

  name(topic) {
    return element('span', {}, this.catalogue.topicName(topic));
  }

  bar(topic, share) {
    const fill = element('i', {class: topic === this.grown ? 'grown' : ''});
    fill.style.width = `${share * 100}%`;
    return element('span', {class: 'bar'}, fill);
  }

  // Topics by seconds watched here.
  watched() {
    return Object.entries(this.viewer.state.watched)
      .filter(([topic]) => topic)
      .sort((a, b) => b[1] - a[1]);
  }

  // Topics by videos that the server remembers with any act but a skip or a dislike.
  remembered() {
    const counts = new Map();
    for (const {video_id: id, acts} of this.document.recent) {
      const topic = this.catalogue.topic(id);
      if (!topic || !acts.length || acts.includes('skipped') || acts.includes('disliked')) continue;
      if (acts.every(flag => flag === 'shown')) continue;
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  showBars() {
    const server = this.document !== null;
    $('#bars-title').textContent = server
      ? t('Теми кліпів, які пам’ятає сервер', 'Topics of the clips the server remembers')
      : t('Що ви дивилися тут найбільше', 'What you watched most here');
    const topics = server ? this.remembered() : this.watched();
    const most = topics[0]?.[1] ?? 1;
    const figure = value => (server ? number(value) : `${number(value / 1000)} ${t('с', 's')}`);
    $('#bars').replaceChildren(
      ...topics
        .slice(0, BARS_MAX)
        .flatMap(([topic, value]) => [
          this.name(topic),
          this.bar(topic, value / most),
          element('span', {class: 'num'}, figure(value)),
        ]),
    );
    if (!topics.length) $('#bars').append(element('span', {class: 'dim'}, t('Поки нічого', 'Nothing yet')));
  }

  showCounted() {
    const known = this.document;
    if (!known) return this.rows('#counted', [[t('Подій', 'Events'), t('поки жодної', 'none yet')]]);
    const share = part => `${number((part / known.plays) * 100)} %`;
    return this.rows('#counted', [
      [t('Подій', 'Events'), number(known.events)],
      [t('Переглядів', 'Plays'), number(known.plays)],
      known.plays > 0 && [t('З них довгих', 'Of them long'), share(known.long_watches)],
      known.plays > 0 && [t('З них прогорнутих', 'Of them skipped'), share(known.skips)],
      [t('Уподобань, коментарів', 'Likes, comments'), `${number(known.likes)}, ${number(known.comments)}`],
      known.taken_back && [t('Скасовано назад', 'Taken back'), number(known.taken_back)],
      ...this.profile(known),
    ]);
  }

  profile({profile}) {
    if (!profile) return [[t('Профіль', 'Profile'), t('немає', 'none')]];
    return Object.entries(profile)
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
      .map(([name, value]) => [`${t('Профіль', 'Profile')}: ${name}`, String(value)]);
  }

  showRemembered() {
    const rows = (this.document?.recent ?? []).slice(0, ROWS_MAX);
    const said = ({acts}) => acts.map(flag => FLAGS[flag]?.() ?? flag).join(', ');
    this.log(
      '#remembered',
      rows.map(row => [row.at, `${quoted(this.catalogue.title(row.video_id))}: ${said(row)}`]),
    );
  }

  showFreshness() {
    const list = this.list();
    if (!list) return;
    const {receipt} = list;
    const counted = receipt.offset !== null && receipt.offset >= 0;
    this.rows('#freshness', [
      counted && [t('Остання врахована дія', 'Last act counted'), clock(receipt.occurred_at)],
      counted && [
        t('Розділ, зсув', 'Partition, offset'),
        `${number(receipt.partition)}, ${number(receipt.offset)}`,
      ],
      [t('Епоха', 'Epoch'), number(Number(receipt.epoch))],
      [t('Модель, версія', 'Model, version'), number(Number(list.model_version ?? 0))],
      receipt.computed_at && [t('Обчислено', 'Computed'), clock(receipt.computed_at)],
    ]);
  }

  showKept() {
    const {acts, comments, liked, disliked} = this.viewer.state;
    this.rows('#kept', [
      [t('Ваш номер', 'Your number'), element('code', {}, this.viewer.id ?? '')],
      [
        t('Доступ лише до свого', 'Access to your own only'),
        this.potik.token ? t('за ключем', 'by a token') : t('сервер не вимагає', 'the server asks none'),
      ],
      [t('Уподобано, не цікаво', 'Liked, not for me'), `${number(liked.length)}, ${number(disliked.length)}`],
      [t('Ваших коментарів', 'Your comments'), number(comments.length)],
    ]);
    this.log(
      '#my-log',
      acts
        .slice(0, ROWS_MAX)
        .map(act => [act.at, SAID[act.kind]?.(this.catalogue.title(act.videoId)) ?? act.kind]),
    );
  }

  rows(where, rows) {
    $(where).replaceChildren(
      ...rows.filter(Boolean).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    );
  }

  log(where, rows) {
    $(where).replaceChildren(
      ...rows.map(([at, text]) =>
        element('li', {}, element('time', {}, clock(at)), element('span', {}, text)),
      ),
    );
  }

  takeAlong() {
    const all = {
      viewer: this.viewer.id,
      server: this.document,
      list: this.list(),
      browser: this.viewer.state,
    };
    const url = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], {type: 'application/json'}));
    const link = element('a', {href: url, download: `potik-${this.viewer.id}.json`});
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}
