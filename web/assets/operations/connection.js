// Whether the figures are fresh: live, paused, waiting, lost since when; and after a gap what was missed.

import {$, element} from '../dom.js';
import {clock, span, t} from '../language.js';

const STALE_MS = 4000;
const GAP_SHOWN_MS = 60_000;

export class Connection {
  constructor() {
    Object.assign(this, {open: false, ever: false, live: true, last: 0, lostAt: null, anew: null, gap: null});
  }

  // refused: 'key' where one would open, 'closed' where none can.
  take(state, refused = null) {
    if (state === 'open') {
      this.open = true;
    } else {
      if (this.open || (!this.lostAt && this.ever)) this.lostAt = this.last || Date.now();
      this.open = false;
    }
    this.refused = refused;
    this.show();
  }

  // There are no figures on this server.
  none() {
    this.absent = true;
    this.show();
  }

  // A figure came. After a loss it tells how long nothing did.
  heard() {
    this.ever = true;
    this.last = Date.now();
    if (this.lostAt !== null) {
      this.gap = {from: this.lostAt, to: this.last, anew: this.anew};
      this.lostAt = null;
      this.anew = null;
    }
    this.show();
  }

  restarted(uptimeMs) {
    this.anew = Date.now() - uptimeMs;
    // The push may have been broken and back between two figures.
    this.lostAt ??= this.last || Date.now();
  }

  setLive(on) {
    this.live = on;
    this.show();
  }

  fresh() {
    return this.open && Date.now() - this.last < STALE_MS;
  }

  words() {
    if (this.absent) return t('без показників', 'no figures');
    if (!this.live) return t('на паузі', 'paused');
    if (this.fresh()) return t('наживо', 'live');
    if (this.refused === 'closed') return t('сервер не має ключів', 'the server has no keys');
    if (this.refused) return t('сервер просить ключ', 'the server asks for a key');
    if (this.open) return t('чекаємо на дані', 'waiting for data');
    return this.lostAt
      ? t(
          `зв’язок утрачено о ${clock(this.lostAt)}, під’єднуємося`,
          `connection lost at ${clock(this.lostAt)}, reconnecting`,
        )
      : t('під’єднуємося', 'connecting');
  }

  show() {
    const node = $('#live');
    const words = this.words();
    if (node.textContent !== words) node.textContent = words;
    const lost = this.live && !this.fresh() && !this.absent;
    node.classList.toggle('lost', lost);
    document.body.classList.toggle('lost-live', lost);
    $('#clock').textContent = clock(Date.now());
    this.showGap();
  }

  showGap() {
    const node = $('#gap');
    const over = this.gap !== null && Date.now() - this.gap.to > GAP_SHOWN_MS;
    if (over) this.gap = null;
    const words = this.gap ? this.gapWords(this.gap) : '';
    node.hidden = !words;
    if (node.dataset.words === words) return;
    node.dataset.words = words;
    node.replaceChildren(
      ...(words
        ? [element('i', {class: 'sev info', 'aria-hidden': 'true'}), element('span', {}, words)]
        : []),
    );
  }

  gapWords({from, to, anew}) {
    const length = span(Math.max(1, Math.round((to - from) / 1000)));
    const [since, until] = [clock(from), clock(to)];
    const lost = t(
      `Знову наживо. Показників немає за ${length}: ${since} – ${until}; події за цей час стрічка не показала.`,
      `Live again. There are no figures of ${length}: ${since} – ${until}; the tail did not show what came then.`,
    );
    if (!anew) return lost;
    return `${lost} ${t(`Сервер запущено наново о ${clock(anew)}: його лічильники почалися з нуля.`, `The server was started anew at ${clock(anew)}: its counters began at zero.`)}`;
  }
}
