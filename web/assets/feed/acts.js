// What a viewer does to the clip on screen: each act is told to the server, kept by this browser, and shown.

import {$, calm, element, icon, toast} from '../dom.js';
import {t} from '../language.js';

const HEART_MS = 800;

export class Acts {
  // current(): the place of the clip on screen, or nothing. onChange() after each act.
  constructor(potik, viewer, current, onChange) {
    Object.assign(this, {potik, viewer, current, onChange});
  }

  where({video, requestId, position, surface}) {
    return {videoId: video.video_id, requestId, position, surface};
  }

  like() {
    const place = this.current();
    if (!place) return;
    const id = place.video.video_id;
    const on = !this.viewer.likes(id);
    if (on) this.potik.liked(this.where(place));
    else this.potik.unliked(this.where(place));
    this.viewer.mark('liked', id, on);
    this.onChange();
  }

  // Two taps like, and never take a like back.
  likeAt(x, y) {
    const place = this.current();
    if (!place) return;
    if (!this.viewer.likes(place.video.video_id)) this.like();
    if (calm()) return;
    const stage = $('.stage').getBoundingClientRect();
    const heart = icon('heart');
    heart.setAttribute('class', 'burst');
    heart.style.left = `${x - stage.left}px`;
    heart.style.top = `${y - stage.top}px`;
    $('.stage').append(heart);
    setTimeout(() => heart.remove(), HEART_MS);
  }

  dislike() {
    const place = this.current();
    if (!place) return false;
    this.viewer.mark('disliked', place.video.video_id, true);
    this.viewer.mark('liked', place.video.video_id, false);
    this.potik.disliked(this.where(place));
    toast(t('Показуватимемо менше такого', 'We will show less of this'));
    return true;
  }

  comment(text) {
    const place = this.current();
    const event = this.potik.commented(this.where(place), text);
    const said = {id: event.comment_id, videoId: place.video.video_id, text, at: event.occurred_at};
    this.viewer.keepComment(said);
    this.onChange();
    return said;
  }

  async share(title) {
    const place = this.current();
    if (!place) return;
    const url = `${location.origin}/?v=${encodeURIComponent(place.video.video_id)}`;
    const done = navigator.share ? await offer({title, url}) : await copy(url);
    if (done) this.potik.shared(this.where(place));
  }
}

// False if the person thought better of it.
async function offer(what) {
  try {
    await navigator.share(what);
    return true;
  } catch (error) {
    return error.name === 'AbortError' ? false : copy(what.url);
  }
}

async function copy(url) {
  try {
    await navigator.clipboard.writeText(url);
  } catch {
    if (!copyOldWay(url)) {
      toast(t(`Скопіюйте адресу: ${url}`, `Copy the address: ${url}`));
      return false;
    }
  }
  toast(t('Посилання скопійовано', 'Link copied'));
  return true;
}

// Pages without TLS have no clipboard of their own.
function copyOldWay(text) {
  const before = document.activeElement;
  const field = element('textarea', {class: 'sr', readonly: true}, text);
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus({preventScroll: true});
  return done;
}
