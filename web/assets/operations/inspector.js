// One viewer or one video: what is known, what came of it, and from each name on to why or why not.

import {$, $$, element} from '../dom.js';
import {clock, number, span, t} from '../language.js';
import {get} from './ask.js';
import {ACTS, SOURCES, word} from './words.js';

const RECENT_SHOWN = 12;
const LIST_SHOWN = 20;
const SIMILAR_SHOWN = 12;

const encode = encodeURIComponent;
const pair = (name, value) => element('span', {}, `${name} `, element('b', {}, value));
const day = text => new Date(text).toLocaleDateString(t('uk-UA', 'en-GB'), {dateStyle: 'medium'});

function table(columns, rows, nothing) {
  if (!rows.length) return element('p', {class: 'dim small'}, nothing);
  return element(
    'div',
    {class: 'scroll'},
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map(([name, kind]) => element('th', {class: kind ?? '', scope: 'col'}, name)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(row =>
          element('tr', {}, ...row.map((cell, i) => element('td', {class: columns[i][1] ?? ''}, cell))),
        ),
      ),
    ),
  );
}

export class Inspector {
  // why: answers for a pair; links: names that come back here.
  constructor(catalogue, why, links) {
    Object.assign(this, {catalogue, why, links, tab: 'why', user: null, video: null, asked: 0});
    links.openUser = id => this.openUser(id);
    links.openVideo = id => this.openVideo(id);
    for (const button of $$('[data-look]'))
      button.addEventListener('click', () => this.look(button.dataset.look));
    $('#why-form').addEventListener('submit', event => {
      event.preventDefault();
      this.ask();
    });
  }

  ids() {
    return [$('#why-user').value.trim(), $('#why-video').value.trim()];
  }

  look(tab) {
    this.tab = tab;
    this.show();
    const [user, video] = this.ids();
    const shown = {
      why: this.why.answer,
      user: this.user?.user_id === user,
      video: this.video?.video_id === video,
    };
    if (!shown[tab] && {why: user && video, user, video}[tab]) this.ask();
  }

  ask() {
    const [user, video] = this.ids();
    if (this.tab === 'user') return this.load('user', user, () => this.loadUser(user));
    if (this.tab === 'video') return this.load('video', video, () => this.loadVideo(video));
    return this.why.ask(user, video).then(() => this.show());
  }

  openUser(id) {
    $('#why-user').value = id;
    this.reveal('user');
  }

  openVideo(id) {
    $('#why-video').value = id;
    this.reveal('video');
  }

  openPair(user, video) {
    $('#why-user').value = user;
    $('#why-video').value = video;
    this.reveal('why');
  }

  reveal(tab) {
    this.tab = tab;
    this.show();
    this.ask();
    $('#inspector').scrollIntoView({block: 'nearest'});
  }

  // Two quick questions: only the answer to the later one is shown.
  async load(kind, id, fetchIt) {
    const asked = (this.asked += 1);
    this[kind] = null;
    this.show();
    if (!id) return this.why.say(t('Потрібен номер.', 'An id is needed.'), true);
    this.why.say(t('Питаємо…', 'Asking…'));
    try {
      const answer = await fetchIt();
      if (asked !== this.asked) return undefined;
      this[kind] = answer;
      this.why.say('');
      this.show();
    } catch (error) {
      if (asked === this.asked)
        this.why.say(
          error.status === 404
            ? t('Такого номера сервер не знає.', 'The server knows no such id.')
            : error.message,
          true,
        );
    }
    return undefined;
  }

  async loadUser(id) {
    const list = get(`/v1/users/${encode(id)}/recommendations?limit=${LIST_SHOWN}`).catch(() => null);
    return {...(await get(`/v1/users/${encode(id)}`)), list: await list};
  }

  async loadVideo(id) {
    const similar = get(`/v1/videos/${encode(id)}/similar?limit=${SIMILAR_SHOWN}`).catch(() => ({
      videos: [],
    }));
    return {...(await get(`/v1/videos/${encode(id)}`)), similar: (await similar).videos};
  }

  show() {
    for (const button of $$('[data-look]'))
      button.setAttribute('aria-pressed', String(button.dataset.look === this.tab));
    $('#why').hidden = this.tab !== 'why';
    $('#inspected').hidden = this.tab === 'why';
    if (this.tab === 'why') return this.why.show();
    const known = this[this.tab];
    $('#inspected').replaceChildren(...(known ? this[`${this.tab}Nodes`](known) : []));
    return undefined;
  }

  name(id) {
    return this.links.video(id, this.catalogue.has(id) ? this.catalogue.title(id) : id);
  }

  whyButton(user, video, text) {
    return element(
      'button',
      {class: 'btn tiny', type: 'button', onclick: () => this.openPair(user, video)},
      text,
    );
  }

  userNodes(user) {
    const held = user.quarantined_until;
    return [
      element('p', {class: 'big'}, user.user_id, element('br'), element('small', {}, this.profile(user))),
      element(
        'p',
        {class: 'kv'},
        pair(t('дій', 'acts'), number(user.events)),
        pair(t('переглядів', 'plays'), number(user.plays)),
        pair(t('довгих', 'long'), number(user.long_watches)),
        pair(t('пропусків', 'skips'), number(user.skips)),
        pair(t('лайків', 'likes'), number(user.likes)),
        pair(t('коментарів', 'comments'), number(user.comments)),
        pair(t('версія профілю', 'profile version'), number(user.version)),
      ),
      held || user.taken_back
        ? element(
            'p',
            {class: 'note warn'},
            element('i', {class: 'sev warn', role: 'img', 'aria-label': t('увага', 'attention')}),
            held
              ? t(
                  `Дії до ${clock(held)} не враховано; знято ${number(user.taken_back)}.`,
                  `Acts before ${clock(held)} do not count; ${number(user.taken_back)} taken back.`,
                )
              : t(`Знято дій: ${number(user.taken_back)}.`, `${number(user.taken_back)} acts taken back.`),
          )
        : '',
      element('h3', {}, t('Список зараз', 'The list now')),
      this.userList(user),
      element('h3', {}, t('Останні дії', 'Last acts')),
      table(
        [[t('час', 'time')], [t('відео', 'video')], [t('що було', 'what happened')]],
        user.recent
          .slice(0, RECENT_SHOWN)
          .map(row => [
            clock(row.at),
            this.name(row.video_id),
            `${row.acts.map(act => word(ACTS, act)).join(', ')}${row.plays > 1 ? ` ×${row.plays}` : ''}`,
          ]),
        t('Дій ще не було.', 'No acts yet.'),
      ),
    ];
  }

  profile(user) {
    const text = user.profile ? JSON.stringify(user.profile) : t('без профілю', 'no profile');
    return user.segment ? `${t('сегмент', 'segment')} ${user.segment} · ${text}` : text;
  }

  userList(user) {
    const columns = [
      [t('№', 'No.'), 'num'],
      [t('відео', 'video')],
      [t('звідки', 'from')],
      [t('оцінка', 'score'), 'num'],
      [t('чому', 'why')],
    ];
    const rows = (user.list?.videos ?? []).map((row, i) => [
      String(i + 1),
      this.name(row.video_id),
      word(SOURCES, row.source),
      row.score === null ? '–' : number(row.score, 2),
      this.whyButton(user.user_id, row.video_id, t('чому', 'why')),
    ]);
    return table(columns, rows, t('Списку не дали.', 'No list was given.'));
  }

  videoNodes(video) {
    const meta = video.metadata ?? {};
    const tags = Array.isArray(meta.tags) ? meta.tags.join(', ') : '';
    const details = [
      meta.author_id,
      tags,
      meta.duration_ms && span(meta.duration_ms / 1000),
      meta.published_at && day(meta.published_at),
    ].filter(Boolean);
    return [
      element(
        'p',
        {class: 'big'},
        t(meta.title, meta.title_en || meta.title) || video.video_id,
        element('br'),
        element('small', {}, [video.video_id, ...details].join(' · ')),
      ),
      video.metadata ? '' : element('p', {class: 'dim small'}, t('Опису ще немає.', 'Not described yet.')),
      element(
        'p',
        {class: 'kv'},
        pair(t('показів', 'impressions'), number(video.impressions)),
        pair(t('переглядів', 'plays'), number(video.plays)),
        pair(t('довгих', 'long'), number(video.long_watches)),
        pair(t('пропусків', 'skips'), number(video.skips)),
        pair(t('лайків', 'likes'), number(video.likes)),
        pair(t('коментарів', 'comments'), number(video.comments)),
      ),
      this.introduction(video.introduction),
      element('h3', {}, t('Дивляться разом', 'Watched together')),
      table(
        [[t('відео', 'video')], [t('сила', 'strength'), 'num']],
        video.similar.map(row => [this.name(row.video_id), number(row.score, 3)]),
        t('Ще ні з чим.', 'With none yet.'),
      ),
      this.whyNot(video.video_id),
    ];
  }

  introduction(report) {
    if (!report) return '';
    const words = {
      waiting: ['чекає', 'waits'],
      running: ['триває', 'runs'],
      reached: ['досягнуто', 'reached'],
      missed: ['не встигло', 'missed'],
      withdrawn: ['вилучено', 'withdrawn'],
    };
    return element(
      'p',
      {class: 'small'},
      t('Знайомство: ', 'Introduction: '),
      `${word(words, report.state)}, ${number(report.impressions)} / ${number(report.target)}`,
    );
  }

  whyNot(video) {
    const [user] = this.ids();
    return user
      ? element(
          'p',
          {},
          this.whyButton(
            user,
            video,
            t(`Чому це для ${user}, чи чому ні`, `Why this for ${user}, or why not`),
          ),
        )
      : '';
  }
}
