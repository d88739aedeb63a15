// The viewer's page: wires the catalogue, the list, the clips and the acts together.

import {Catalogue} from './catalogue.js';
import {$, $$, calm, element, icon, toast} from './dom.js';
import {Drawers} from './drawers.js';
import {bindKeys, showKeys} from './keys.js';
import {applyLanguage, bindLanguageButtons, clock, onLanguage, t} from './language.js';
import {dropMark, showMarks} from './mark.js';
import {MyActs} from './my_acts.js';
import {Order} from './order.js';
import {Outbox} from './outbox.js';
import {Rail} from './rail.js';
import {reason, reasonIcon} from './reason.js';
import {Receipt} from './receipt.js';
import {Reel} from './reel.js';
import {bindThemeButtons} from './theme.js';
import {Viewer} from './viewer.js';
import {Watching} from './watching.js';

const CATALOGUE_RETRY_MS = 2000;

const viewer = new Viewer();
const catalogue = new Catalogue();
const receipt = new Receipt($('#receipt'));
const outbox = new Outbox('/v1/events', state => receipt.setOutbox(state));
const myActs = new MyActs(viewer, catalogue);
const filter = {topic: null, words: ''};
let list = null;
let watching = null;

const rail = new Rail(
  $('#list'),
  $('#peek'),
  {
    title: id => catalogue.title(id),
    reason: row => (row.source ? reason(row, catalogue, viewer) : topicOf(row.video_id)),
    icon: row => (row.source ? reasonIcon(row) : 'next'),
  },
  (row, index) => {
    drawers.lower();
    $('#list').scrollTop = 0;
    reel.show(placeOf(row, index));
  },
);
const reel = new Reel($('#reel'), {next: nextPlace, caption, broken}, {enter, leave, double: likeAt});
const drawers = new Drawers(name => (name === 'talk' ? showComments() : myActs.show()));
const current = () => reel.current?.place.video;
const topicOf = id => catalogue.topicName(catalogue.topic(id));
const capital = text => text[0].toUpperCase() + text.slice(1);

/* ---- acts ---- */

function tell(type, fields) {
  outbox.push({type, user_id: viewer.id, session_id: viewer.session, surface: 'feed', ...fields});
  if (type !== 'video_shown') myActs.told(type, fields.video_id, fields.watch_ms);
}

function act(type, more = {}) {
  const {requestId, position, video} = reel.current.place;
  tell(type, {video_id: video.video_id, ...(requestId ? {request_id: requestId, position} : {}), ...more});
}

function like() {
  const video = current();
  if (!video) return;
  const on = !viewer.likes(video.video_id);
  viewer.mark('liked', video.video_id, on);
  act(on ? 'video_liked' : 'video_unliked');
  showActs();
}

function likeAt(x, y) {
  if (!current()) return;
  if (!viewer.likes(current().video_id)) like();
  if (calm()) return;
  const stage = $('.stage').getBoundingClientRect();
  const heart = icon('heart');
  heart.setAttribute('class', 'burst');
  heart.style.left = `${x - stage.left}px`;
  heart.style.top = `${y - stage.top}px`;
  $('.stage').append(heart);
  setTimeout(() => heart.remove(), 800);
}

function dislike() {
  const video = current();
  if (!video) return;
  viewer.mark('disliked', video.video_id, true);
  viewer.mark('liked', video.video_id, false);
  act('video_disliked');
  toast(t('Показуватимемо менше такого', 'We will show less of this'));
  next();
}

function comment(text) {
  const video = current();
  const id = crypto.randomUUID();
  viewer.keepComment({id, videoId: video.video_id, text, at: Date.now()});
  act('comment_posted', {comment_id: id, text});
  showComments();
  showActs();
}

function next() {
  if (!reel.step(1)) toast(t('Нових кліпів поки немає', 'No further clips for now'));
}

function setMuted(on) {
  reel.mute(on);
  showSound();
}

/* ---- what the reel asks and tells ---- */

function placeOf(row, index) {
  return {
    video: catalogue.get(row.video_id),
    row: row.source ? row : null,
    requestId: row.source ? list?.request_id : null,
    position: index,
  };
}

function nextPlace(excluded) {
  const rows = list?.videos ?? [];
  const wanted = row =>
    catalogue.has(row.video_id) && !excluded.includes(row.video_id) && !viewer.dislikes(row.video_id);
  const index = rows.findIndex(wanted);
  if (index >= 0) return placeOf(rows[index], index);
  const other = catalogue.all().find(wanted);
  return other ? placeOf(other, 0) : null;
}

function caption(place) {
  const {video, row} = place;
  return {
    title: catalogue.title(video.video_id),
    author: video.author_id ?? '',
    topic: topicOf(video.video_id),
    why: row ? capital(reason(row, catalogue, viewer)) : null,
  };
}

function broken() {
  return {
    title: t('Кліп не завантажився', 'This clip did not load'),
    text: t('Спробуйте ще раз або гортайте далі.', 'Try again or move on.'),
    again: t('Спробувати ще раз', 'Try again'),
  };
}

function enter(clip) {
  const {video, requestId, position} = clip.place;
  watching = new Watching(clip.video, {videoId: video.video_id, requestId, position}, tell);
  showActs();
  showRows(false);
  if (drawers.open === 'talk') showComments();
}

function leave() {
  watching?.finish();
  watching = null;
}

/* ---- showing ---- */

function showActs() {
  const video = current();
  if (!video) return;
  $('#like').setAttribute('aria-pressed', String(viewer.likes(video.video_id)));
  const mine = viewer.commentsOn(video.video_id).length;
  $('#talk > span:last-child').textContent = mine
    ? t(`Коментарі ${mine}`, `Comments ${mine}`)
    : t('Коментарі', 'Comments');
}

function showSound() {
  $('#sound').setAttribute('aria-pressed', String(!reel.muted));
  $('#sound use').setAttribute('href', reel.muted ? '#i-mute' : '#i-loud');
  $('#sound-text').textContent = reel.muted ? t('Без звуку', 'Muted') : t('Зі звуком', 'Sound on');
}

// The recommended rows; under a topic or a search also the rest of the catalogue that fits.
function rowsToShow() {
  const listed = (list?.videos ?? []).filter(row => catalogue.has(row.video_id));
  if (!filter.topic && !filter.words) return listed.filter(row => row.video_id !== current()?.video_id);
  const fitting = catalogue
    .matching(filter.words)
    .filter(video => !filter.topic || catalogue.topic(video.video_id) === filter.topic);
  const ids = new Set(fitting.map(video => video.video_id));
  const first = listed.filter(row => ids.has(row.video_id));
  const taken = new Set(first.map(row => row.video_id));
  return [...first, ...fitting.filter(video => !taken.has(video.video_id))];
}

function showRows(live) {
  if (!list || !catalogue.videos.size) return;
  const rows = rowsToShow().map(row => ({...row, poster: catalogue.get(row.video_id).poster}));
  if (rows.length) return void rail.offer(rows, live);
  const clear = element(
    'button',
    {class: 'btn', onclick: () => setFilter({topic: null, words: ''})},
    t('Показати все', 'Show everything'),
  );
  rail.blank(
    t('Тут поки порожньо', 'Nothing here yet'),
    filter.topic || filter.words
      ? t('За цими словами чи темою кліпів немає.', 'No clips for these words or this topic.')
      : t('Нові кліпи з’являться тут самі.', 'New clips appear here by themselves.'),
    (filter.topic || filter.words) && clear,
  );
}

function setFilter(change) {
  Object.assign(filter, change);
  $('#search').value = filter.words;
  for (const chip of $$('[data-topic]'))
    chip.setAttribute('aria-pressed', String(chip.dataset.topic === filter.topic));
  showRows(false);
}

function showTopics() {
  for (const box of $$('[data-topics]')) {
    box.replaceChildren(
      ...catalogue
        .topicsByName()
        .map(topic =>
          element(
            'button',
            {
              class: 'chip',
              dataset: {topic},
              'aria-pressed': String(filter.topic === topic),
              onclick: () => setFilter({topic: filter.topic === topic ? null : topic}),
            },
            catalogue.topicName(topic),
          ),
        ),
    );
  }
}

function showComments() {
  const video = current();
  if (!video) return;
  $('#talk-about').textContent = catalogue.title(video.video_id);
  const own = viewer
    .commentsOn(video.video_id)
    .map(item =>
      element(
        'div',
        {class: 'cmt mine'},
        element('i', {'aria-hidden': 'true'}, t('В', 'Y')),
        element('b', {}, t('ви', 'you'), element('small', {}, clock(item.at))),
        element('span', {}, item.text),
      ),
    );
  $('#comments').replaceChildren(
    ...(own.length
      ? own
      : [
          element(
            'p',
            {class: 'dim'},
            t('Тут будуть ваші слова про цей кліп.', 'Your words about this clip will stand here.'),
          ),
        ]),
  );
  $('#comments').scrollTop = $('#comments').scrollHeight;
}

function showHelp() {
  showKeys($('#key-list'), [
    ['↑ ↓ K J', t('Попередній, наступний кліп', 'Previous, next clip')],
    [t('Пробіл', 'Space'), t('Пауза', 'Pause')],
    ['L', t('Вподобати', 'Like')],
    ['N', t('Не цікаво', 'Not for me')],
    ['C', t('Коментарі', 'Comments')],
    ['P', t('Мої дії', 'My acts')],
    ['M', t('Звук', 'Sound')],
    ['/', t('Пошук', 'Search')],
    ['Esc', t('Закрити', 'Close')],
    ['?', t('Ця підказка', 'This help')],
  ]);
}

/* ---- the list comes in ---- */

function takeList(fresh) {
  const before = list;
  list = fresh;
  receipt.take(fresh);
  const counted = fresh.receipt?.offset ?? null;
  if (before && counted !== null && counted !== before.receipt?.offset) {
    dropMark();
    $('#said').textContent = t('Порядок оновлено', 'Order updated');
  }
  showRows(before !== null && !filter.topic && !filter.words);
  reel.prepare();
}

async function loadCatalogue() {
  try {
    await catalogue.load();
  } catch {
    toast(t('Сервер не відповідає, пробуємо знову', 'No answer from the server, trying again'));
  }
  if (!catalogue.videos.size) setTimeout(loadCatalogue, CATALOGUE_RETRY_MS);
  showTopics();
  myActs.show();
  showRows(false);
  if (list && !reel.current) reel.prepare();
}

function bind() {
  $('#like').addEventListener('click', like);
  $('#dislike').addEventListener('click', dislike);
  $('#sound').addEventListener('click', () => setMuted(!reel.muted));
  $('#previous').addEventListener('click', () => reel.step(-1));
  $('#next-clip').addEventListener('click', next);
  $('#search').addEventListener('input', event => setFilter({words: event.target.value.trim()}));
  $('[data-help]').addEventListener('click', () => $('#help').showModal());
  $('#new-viewer').addEventListener('click', () => {
    leave();
    Viewer.forget();
    location.reload();
  });
  $('#comment-form').addEventListener('submit', event => {
    event.preventDefault();
    const text = $('#comment-text').value.trim();
    if (text && current()) comment(text);
    $('#comment-text').value = '';
  });
  // Before the outbox's own listener sends what waits.
  addEventListener('pagehide', leave, {capture: true});
  bindKeys(
    {
      ArrowDown: next,
      ArrowUp: () => reel.step(-1),
      KeyJ: next,
      KeyK: () => reel.step(-1),
      KeyL: like,
      KeyN: dislike,
      KeyC: () => drawers.toggle('talk'),
      KeyP: () => drawers.toggle('me'),
      KeyM: () => setMuted(!reel.muted),
      Space: () => reel.current && reel.toggle(),
      Slash: event => (event.shiftKey ? $('#help').showModal() : $('#search').focus()),
    },
    {Escape: () => drawers.close()},
  );
}

onLanguage(() => {
  document.title = t('потік: для вас', 'potik: for you');
  showMarks();
  showTopics();
  showSound();
  showActs();
  showHelp();
  reel.captions();
  myActs.show();
  showRows(false);
  if (list) receipt.take(list);
  if (drawers.open === 'talk') showComments();
});

bindThemeButtons();
bindLanguageButtons();
bind();
applyLanguage();
rail.skeleton();
loadCatalogue();
new Order(viewer.id, takeList, state => receipt.setState(state)).start();
