// The demo's attack: bots like one clip until it is switched off. Shows when the server's alarm is raised, and
// what became of the viewer's own order. Only where the server has a crowd and the asker may switch it: the
// routes are an operator's, so they are asked without the viewer's token.

import {$$, toast} from '../dom.js';
import {clock, onLanguage, t} from '../language.js';

const ASK_MS = 500;
const KINDS = {
  like_burst: ['сплеск уподобань', 'a burst of likes'],
  play_burst: ['сплеск переглядів', 'a burst of plays'],
};

export class DemoSwitch {
  // placeOf(videoId): its place in the viewer's list, from 1, or null. show(note | null).
  constructor(catalogue, placeOf, show) {
    Object.assign(this, {catalogue, placeOf, show, state: null});
    for (const button of $$('[data-attack]')) button.addEventListener('click', () => this.toggle());
    onLanguage(() => this.draw());
  }

  async start() {
    const answer = await fetch('/v1/demo').catch(() => null);
    if (!answer?.ok) return;
    for (const node of $$('.demo')) node.hidden = false;
    this.take(await answer.json());
  }

  async toggle() {
    const on = !this.state.attack;
    this.before = new Map();
    const answer = await fetch('/v1/demo/attack', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({on, kind: 'like-burst'}),
    }).catch(() => null);
    if (!answer?.ok)
      return void toast(t('Не вдалося: сервер не відповів', 'It did not work: no answer from the server'));
    if (on) this.since = Date.now();
    this.take(await answer.json());
  }

  // Asks on while the attack runs; the alarm comes from the server, nothing here guesses it.
  take(state) {
    this.state = state;
    if (state.attack && state.video_id && !this.before?.has(state.video_id))
      this.before = new Map([[state.video_id, this.placeOf(state.video_id)]]);
    this.draw();
    clearTimeout(this.timer);
    if (state.attack) this.timer = setTimeout(() => this.ask(), ASK_MS);
  }

  async ask() {
    const answer = await fetch('/v1/demo').catch(() => null);
    this.take(answer?.ok ? await answer.json() : this.state);
  }

  draw() {
    if (!this.state) return;
    const {attack, alert} = this.state;
    for (const button of $$('[data-attack]')) button.setAttribute('aria-checked', String(attack));
    if (!attack) return this.show(null);
    const raised = alert?.state === 'firing';
    return this.show({
      alarm: raised,
      title: raised ? this.alarm(alert) : t('Атака триває', 'An attack is running'),
      text: raised ? this.effect(alert.subject) : this.target(),
    });
  }

  target() {
    const id = this.state.video_id;
    if (!id) return t('Боти готуються.', 'The bots get ready.');
    const title = this.catalogue.title(id);
    return t(`Боти вподобують «${title}». Тривоги ще немає.`, `Bots like “${title}”. No alarm yet.`);
  }

  alarm({kind, at}) {
    const [uk, en] = KINDS[kind] ?? [kind, kind];
    const when = clock(at);
    return t(`Тривога о ${when}: ${uk}`, `Alarm at ${when}: ${en}`);
  }

  // Where the attacked clip stood when the attack began, and where it stands now.
  effect(id) {
    const title = this.catalogue.title(id);
    const before = this.before?.get(id) ?? null;
    const now = this.placeOf(id);
    const of = t(`Ціль: «${title}».`, `Its target: “${title}”.`);
    if (now === null) return `${of} ${t('У вашому списку його немає.', 'It is not in your list.')}`;
    if (before !== null && now >= before)
      return `${of} ${t(`Ваш порядок не змінився: місце ${before}, тепер ${now}.`, `The order did not change for it: place ${before}, now ${now}.`)}`;
    return `${of} ${t(`Місце у вашому списку: ${before ?? 'не було'}, тепер ${now}.`, `Its place in your list: ${before ?? 'none'}, now ${now}.`)}`;
  }
}
