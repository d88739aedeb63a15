// The demo's attack: bots like one clip until it is switched off. Shows when the server's alarm is raised, what
// became of the viewer's own order, and when the alarm is resolved. Only where the server has a crowd and the asker
// may switch it: the routes are an operator's, so they are asked without the viewer's token.

import {$$, toast} from '../dom.js';
import {clock, onLanguage, t} from '../language.js';

const ASK_MS = 500;
const AFTER_MS = 2000; // once it is over
const AGAIN_MS = 5000; // after no answer
const RESOLVED_MS = 20_000; // so long the end of an alarm stands there
const KINDS = {
  like_burst: ['сплеск уподобань', 'a burst of likes'],
  comment_flood: ['навала коментарів', 'a flood of comments'],
};

export class DemoSwitch {
  // placeOf(videoId): its place in the viewer's list, from 1, or null. show(note | null).
  constructor(catalogue, placeOf, show) {
    Object.assign(this, {catalogue, placeOf, show, state: null, seen: false, resolvedAt: 0});
    for (const button of $$('[data-attack]')) button.addEventListener('click', () => this.toggle());
    onLanguage(() => this.draw());
  }

  start() {
    return this.ask();
  }

  async toggle() {
    if (!this.state) return;
    const on = !this.state.attack;
    const answer = await fetch('/v1/demo/attack', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({on, kind: 'like-burst'}),
    }).catch(() => null);
    const state = await answer?.json().catch(() => null);
    if (!answer?.ok || !state) return void toast(refusal(answer, state));
    if (on) Object.assign(this, {before: new Map(), resolvedAt: 0});
    this.take(state);
  }

  // Asks on while the attack runs or its alarm is raised; the alarm comes from the server, nothing here guesses it.
  take(state) {
    this.state = state;
    this.seen ||= state.attack;
    if (state.attack && state.video_id && !this.before?.has(state.video_id))
      this.before = new Map([[state.video_id, this.placeOf(state.video_id)]]);
    if (state.attack) this.resolvedAt = 0;
    else if (this.seen && state.alert?.state === 'resolved') this.resolvedAt ||= Date.now();
    this.draw();
    if (state.attack || this.note()) this.later(state.attack ? ASK_MS : AFTER_MS);
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), ms);
  }

  // A server without a crowd (404), or one that lets viewers switch nothing, is not asked again.
  async ask() {
    const answer = await fetch('/v1/demo').catch(() => null);
    const state = answer?.ok ? await answer.json().catch(() => null) : null;
    if ([401, 403, 404].includes(answer?.status)) return;
    if (!state) return void this.later(AGAIN_MS);
    for (const node of $$('.demo')) node.hidden = false;
    this.take(state);
  }

  draw() {
    if (!this.state) return;
    const {attack} = this.state;
    for (const button of $$('[data-attack]')) button.setAttribute('aria-checked', String(attack));
    this.show(this.note());
  }

  note() {
    const {attack, alert} = this.state;
    const raised = alert?.state === 'firing';
    if (!attack) return this.seen ? this.after(alert, raised) : null;
    return {
      alarm: raised,
      title: raised ? this.alarm(alert) : t('Атака триває', 'An attack is running'),
      text: raised ? this.effect(alert.subject) : this.target(),
    };
  }

  // The attack is over: the alarm stands until the server resolves it, and its end for a while.
  after(alert, raised) {
    if (raised)
      return {
        alarm: true,
        title: t('Атаку зупинено', 'The attack is over'),
        text: `${this.alarm(alert)}. ${t('Її ще не знято.', 'It is not resolved yet.')}`,
      };
    if (!this.resolvedAt || Date.now() - this.resolvedAt > RESOLVED_MS) return null;
    return {
      alarm: false,
      title: t(`Тривогу знято о ${clock(alert.at)}`, `Alarm resolved at ${clock(alert.at)}`),
      text: this.effect(alert.subject),
    };
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
      return `${of} ${t(`У вашому списку він не піднявся: був на місці ${before}, тепер ${now}.`, `It did not rise in your list: it was at ${before}, now ${now}.`)}`;
    return `${of} ${t(`Місце у вашому списку: ${before ?? 'не було'}, тепер ${now}.`, `Its place in your list: ${before ?? 'none'}, now ${now}.`)}`;
  }
}

// Why the switch did not do as it was told, in the server's own words if it said any.
function refusal(answer, said) {
  if (!answer) return t('Не вдалося: сервер не відповів', 'It did not work: no answer from the server');
  if (answer.status === 409) return t('Уже триває інша атака', 'Another attack is under way');
  if (answer.status === 503)
    return t('Боти ще не готові, спробуйте за мить', 'The bots are not ready yet, try again in a moment');
  const why = said?.detail ?? `HTTP ${answer.status}`;
  return t(`Не вдалося, сервер каже: ${why}`, `It did not work, the server says: ${why}`);
}
