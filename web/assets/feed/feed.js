// The viewer's page: wires the catalogue, the list, the clips and the acts together.

import {Acts} from './acts.js';
import {Banner} from './banner.js';
import {Catalogue} from '../catalogue.js';
import {DemoSwitch} from './demo_switch.js';
import {$, $$, element, toast} from '../dom.js';
import {Drawers} from './drawers.js';
import {bindKeys, showKeys} from '../keys.js';
import {applyLanguage, bindLanguageButtons, number, onLanguage, t} from '../language.js';
import {dropMark, showMarks} from '../mark.js';
import {Me} from './me.js';
import {Order} from './order.js';
import {connect} from '../potik.js';
import {Rail} from './rail.js';
import {reason, reasonIcon} from './reason.js';
import {Receipt} from './receipt.js';
import {Reel} from './reel.js';
import {Search} from './search.js';
import {Talk} from './talk.js';
import {bindThemeButtons} from '../theme.js';
import {Viewer} from './viewer.js';

const CATALOGUE_RETRY_MS = 2000;

const viewer = new Viewer();
const catalogue = new Catalogue();
const receipt = new Receipt($('#receipt'));
const banner = new Banner(
  () => reel.onDevice(),
  () => order.again(),
);
const potik = connect({
  onWaiting: state => {
    receipt.setOutbox(state);
    banner.set({waiting: state.waiting});
  },
  onTold: event => me.told(event),
  onRefused: () => toast(t('Сервер не прийняв вашої дії', 'The server did not take your act')),
  onViewer: ({userId}) => {
    const other = viewer.become(userId);
    if (other) toast(t('Ви тепер новий глядач', 'You are a new viewer now'));
    me.forget();
    showActs();
  },
});
let list = null;
let watch = null;
let linked = new URLSearchParams(location.search).get('v'); // the video of the page's address
let alone = false; // there is no list to be had: any clip will do
let figures = null; // likes and comments of the clip on screen, as the server counts

const order = new Order(
  potik,
  takeList,
  state => {
    if (state === 'ready' && banner.state !== 'ready') backAgain();
    receipt.setState(state);
    banner.set({state, hasList: list !== null});
  },
  () => {
    alone = true;
    if (catalogue.loaded) linked = null;
    reel.prepare();
  },
);
const me = new Me(potik, viewer, catalogue, () => list);
const talk = new Talk(potik, viewer, catalogue);
const rail = new Rail(
  $('#list'),
  $('#peek'),
  {
    title: id => catalogue.title(id),
    reason: row => (row.source ? reason(row, catalogue, viewer) : topicOf(row.video_id)),
    icon: row => (row.source ? reasonIcon(row) : 'next'),
  },
  choose,
);
const reel = new Reel(
  $('#reel'),
  {next: nextPlace, caption, time, broken},
  {
    enter,
    leave,
    muted: () => showSound(),
    double: (x, y) => acts.likeAt(x, y),
  },
);
const drawers = new Drawers(
  name => (name === 'talk' ? showTalk() : showMe()),
  () => talk.close(),
);
const search = new Search(catalogue, {
  change: () => showRows(false),
  first: () => $('#list .entry button')?.click(),
  open: () => {
    drawers.close();
    drawers.sheet(true);
  },
  close: () => drawers.lower(),
});
const acts = new Acts(potik, viewer, () => reel.current?.place, showActs);
const demo = new DemoSwitch(
  catalogue,
  id => {
    const index = (list?.videos ?? []).findIndex(row => row.video_id === id);
    return index < 0 ? null : index + 1;
  },
  note => banner.set({attack: note}),
);
const ask = path => potik.request(path);
const topicOf = id => catalogue.topicName(catalogue.topic(id));
const capital = text => text[0].toUpperCase() + text.slice(1);

/* ---- going from clip to clip ---- */

function next() {
  if (!reel.step(1)) toast(t('Нових кліпів поки немає', 'No further clips for now'));
}

function dislike() {
  if (acts.dislike()) next();
}

function choose(row) {
  const searched = search.words !== '';
  if (search.close()) reel.root.focus({preventScroll: true});
  drawers.lower();
  $('#list').scrollTop = 0;
  reel.show(placeOf(row, searched ? 'search' : 'feed'));
}

// Only what was chosen from the list is told as of the list.
function placeOf(row, surface = 'feed') {
  const listed = surface === 'feed' ? (list?.videos ?? []) : [];
  const position = listed.findIndex(other => other.video_id === row.video_id);
  return {
    video: catalogue.get(row.video_id),
    row: row.source ? row : null,
    ...(position < 0 ? {} : {requestId: list.request_id, position}),
    surface,
  };
}

// The linked clip first, then the best of the list that was not shown lately. With nothing listed, any.
function nextPlace(excluded) {
  if (linked && catalogue.has(linked)) {
    const row = {video_id: linked};
    linked = null;
    return placeOf(row, 'link');
  }
  if ((!list && !alone) || linked) return null;
  const wanted = row =>
    catalogue.has(row.video_id) && !excluded.includes(row.video_id) && !viewer.dislikes(row.video_id);
  const row = list?.videos.find(wanted) ?? catalogue.all().find(wanted);
  return row ? placeOf(row) : null;
}

function enter(clip) {
  const {video, requestId, position, surface} = clip.place;
  watch = potik.watch(clip.video, {videoId: video.video_id, requestId, position, surface});
  history.replaceState(null, '', `/?v=${encodeURIComponent(video.video_id)}`);
  figures = null;
  askFigures(video.video_id);
  showTitle();
  showActs();
  showRows(false);
  if (drawers.open === 'talk') showTalk();
}

function leave() {
  watch?.finish();
  watch = null;
}

async function askFigures(id) {
  const answer = await potik.request(`/v1/videos/${encodeURIComponent(id)}`).catch(() => null);
  const {likes, comments} = answer?.ok ? await answer.json() : {};
  if (reel.current?.place.video.video_id !== id || likes === undefined) return;
  figures = {likes, comments, liked: viewer.likes(id), own: viewer.commentsOn(id).length};
  showActs();
}

/* ---- what the reel shows of a clip ---- */

function caption({video, row}) {
  return {
    title: catalogue.title(video.video_id),
    author: video.author_id ?? '',
    topic: topicOf(video.video_id),
    why: row ? capital(reason(row, catalogue, viewer)) : null,
    seek: t('Місце в кліпі', 'Place in the clip'),
  };
}

function time(seconds, of) {
  const text = value => `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, '0')}`;
  return t(`${text(seconds)} із ${text(of || 0)}`, `${text(seconds)} of ${text(of || 0)}`);
}

function broken() {
  return {
    title: t('Кліп не завантажився', 'This clip did not load'),
    text: t('Спробуйте ще раз або гортайте далі.', 'Try again or move on.'),
    again: t('Спробувати ще раз', 'Try again'),
  };
}

/* ---- showing ---- */

function showTitle() {
  const id = reel.current?.place.video.video_id;
  const name = t('потік', 'potik');
  document.title = id ? `${catalogue.title(id)} · ${name}` : t('потік: для вас', 'potik: for you');
}

// The server's figures, with what was done here since they were asked for.
function showActs() {
  const id = reel.current?.place.video.video_id;
  if (!id) return;
  const liked = viewer.likes(id);
  $('#like').setAttribute('aria-pressed', String(liked));
  count('#like', figures && Math.max(0, figures.likes + Number(liked) - Number(figures.liked)));
  count('#talk', figures && figures.comments + viewer.commentsOn(id).length - figures.own);
}

// A figure in place of the word, which then is for screen readers alone.
function count(button, value) {
  const [word, figure] = $(`${button} [data-count]`).children;
  word.classList.toggle('sr', value > 0);
  figure.textContent = value > 0 ? number(value) : '';
}

function showSound() {
  $('#sound').setAttribute('aria-pressed', String(!reel.muted));
  $('#sound use').setAttribute('href', reel.muted ? '#i-mute' : '#i-loud');
  $('#sound-text').textContent = reel.muted ? t('Без звуку', 'Muted') : t('Зі звуком', 'Sound on');
}

function showRows(live) {
  if (!list || !catalogue.videos.size) return;
  const listed = list.videos.filter(row => catalogue.has(row.video_id));
  const rows = search.active
    ? search.rows(listed)
    : listed.filter(row => row.video_id !== reel.current?.place.video.video_id);
  $('#rail-title').textContent = search.title(rows.length);
  if (rows.length)
    rail.offer(
      rows.map(row => ({...row, poster: catalogue.get(row.video_id).poster})),
      live,
    );
  else if (search.active) showNothingFound();
  else showNothingYet();
}

function showNothingFound() {
  rail.blank(
    t('Нічого не знайдено', 'Nothing found'),
    t('За цими словами чи темою кліпів немає.', 'No clips for these words or this topic.'),
    element('button', {class: 'btn', onclick: () => search.clear()}, t('Показати все', 'Show everything')),
  );
}

function showNothingYet() {
  rail.blank(
    t('Потік щойно почався', 'The stream has just begun'),
    t(
      'Подивіться або вподобайте два-три кліпи, і список складеться сам.',
      'Watch or like two or three clips and the list will build itself.',
    ),
    element('span', {}, t('Або почніть із теми:', 'Or start from a topic:')),
    element(
      'span',
      {class: 'chips'},
      ...catalogue
        .topicsByName()
        .slice(0, 6)
        .map(topic => search.chip(topic)),
    ),
  );
}

function showTalk() {
  const id = reel.current?.place.video.video_id;
  if (id) talk.open(id);
}

function showMe() {
  talk.close();
  me.show();
  me.refresh();
}

function showHelp() {
  showKeys($('#key-list'), [
    ['↑ ↓ K J', t('Попередній, наступний кліп', 'Previous, next clip')],
    [t('Пробіл', 'Space'), t('Пауза', 'Pause')],
    ['L', t('Вподобати', 'Like')],
    ['N', t('Не цікаво', 'Not for me')],
    ['C', t('Коментарі', 'Comments')],
    ['P', t('Що Potik знає про мене', 'What Potik knows about me')],
    ['S', t('Поділитися', 'Share')],
    ['M', t('Звук', 'Sound')],
    ['/', t('Пошук', 'Search')],
    ['Esc', t('Закрити', 'Close')],
    ['?', t('Ця підказка', 'This help')],
  ]);
}

/* ---- what comes in ---- */

// What could not be had while there was no network or no server.
function backAgain() {
  if (!reel.current) return;
  reel.retry();
  if (!figures) askFigures(reel.current.place.video.video_id);
}

function takeList(fresh) {
  const before = list;
  list = fresh;
  receipt.take(fresh);
  const counted = fresh.receipt?.offset ?? null;
  if (before && counted !== null && counted !== before.receipt?.offset) {
    dropMark();
    $('#said').textContent = t('Порядок оновлено', 'Order updated');
  }
  showRows(before !== null && !search.active);
  reel.prepare();
  findUnknown(fresh);
  me.show();
  me.refresh();
  demo.draw();
}

// Videos of a list that the catalogue does not know, once it is there.
async function findUnknown(of) {
  if (!catalogue.loaded || !of) return;
  const unknown = of.videos.map(row => row.video_id).filter(id => !catalogue.has(id));
  const found = await Promise.all(unknown.map(id => catalogue.find(id, ask)));
  if (list !== of || !found.some(Boolean)) return;
  search.showTopics();
  showRows(false);
  reel.prepare();
}

async function loadCatalogue() {
  try {
    await catalogue.load();
  } catch {
    setTimeout(loadCatalogue, CATALOGUE_RETRY_MS);
    if (!catalogue.videos.size) return;
  }
  if (linked && !(await catalogue.find(linked, ask))) {
    linked = null;
    toast(t('Такого кліпу тут немає', 'There is no such clip here'));
  }
  search.showTopics();
  me.show();
  showRows(false);
  findUnknown(list);
  if (!reel.current) reel.prepare();
}

function bind() {
  const share = () => acts.share(catalogue.title(reel.current?.place.video.video_id));
  const sound = () => {
    reel.mute(!reel.muted);
    showSound();
  };
  const help = () => $('#help').showModal();
  $('#like').addEventListener('click', () => acts.like());
  $('#dislike').addEventListener('click', dislike);
  $('#share').addEventListener('click', share);
  $('#sound').addEventListener('click', sound);
  $('#previous').addEventListener('click', () => reel.step(-1));
  $('#next-clip').addEventListener('click', next);
  for (const button of $$('[data-help]')) button.addEventListener('click', help);
  $('#new-viewer').addEventListener('click', async () => {
    leave();
    try {
      await potik.newViewer();
      location.assign('/');
    } catch {
      if (reel.current) enter(reel.current);
      toast(
        t(
          'Сервер не відповів, тож ви лишилися тим самим глядачем',
          'The server did not answer, so you are still the same viewer',
        ),
      );
    }
  });
  $('#comment-form').addEventListener('submit', event => {
    event.preventDefault();
    const text = $('#comment-text').value.trim();
    if (text && reel.current) talk.say(acts.comment(text));
    $('#comment-text').value = '';
  });
  bindKeys(
    {
      ArrowDown: next,
      ArrowUp: () => reel.step(-1),
      KeyJ: next,
      KeyK: () => reel.step(-1),
      KeyL: () => acts.like(),
      KeyN: dislike,
      KeyC: () => drawers.toggle('talk'),
      KeyP: () => drawers.toggle('me'),
      KeyS: share,
      KeyM: sound,
      Space: () => reel.current && reel.toggle(),
      Slash: event => (event.shiftKey ? help() : search.focus()),
    },
    {Escape: () => search.close() || drawers.close()},
  );
}

onLanguage(() => {
  showTitle();
  showMarks();
  showSound();
  showActs();
  showHelp();
  reel.captions();
  me.show();
  showRows(false);
  if (list) receipt.take(list);
  else rail.skeleton();
  banner.show();
  if (drawers.open === 'talk') talk.draw();
});

bindThemeButtons();
bindLanguageButtons();
bind();
rail.skeleton();
applyLanguage();
loadCatalogue();
order.start();
demo.start();
