// Alerts as they come: who or what, usual beside observed, samples, what to do. Firing ones first.

import {$, $$, element} from './dom.js';
import {clock, number, t} from './language.js';

const KEPT_MAX = 100;
const BASELINE_WORTH = 0.1; // below it "so many times the usual" says nothing
const KINDS = {
  like_burst: ['crit', 'Сплеск лайків', 'Burst of likes'],
  like_rate: ['warn', 'Надто часті лайки', 'Likes too fast'],
  comment_flood: ['warn', 'Потік однакових коментарів', 'Flood of the same comment'],
  impossible_watch: ['warn', 'Неможливий час перегляду', 'Impossible watch time'],
  conflicting_event_id: ['warn', 'Одна подія, різний зміст', 'One event id, different content'],
};
const UNITS = {
  'likes/s': 'лайків/с',
  'equal comments/window': 'однакових коментарів за вікно',
  s: 'с',
  'contents/id': 'змістів на номер',
};
const ACTIONS = {
  like_burst:
    'Ці лайки збережено, але вони не впливають на рекомендації. Перевірте, звідки вони приходять, і обмежте джерело на шлюзі.',
  like_rate: 'Лайки цього глядача збережено й не враховано. Якщо триває, обмежте його на шлюзі.',
  comment_flood: 'Перевірте коментарі цього глядача; у навчання вони не потрапляють.',
  impossible_watch: 'Перегляди збережено й не враховано. Перевірте, хто надсилає ці події.',
  conflicting_event_id: 'Полагодьте виробника подій: номер події має бути новим для кожної події.',
};

const unit = alert => t(UNITS[alert.unit] ?? alert.unit, alert.unit);

export class Alerts {
  // onChange() after each notice; ask(sql) shows the events behind an alert.
  constructor(root, onChange, ask) {
    this.root = root;
    this.onChange = onChange;
    this.ask = ask;
    this.byId = new Map();
    this.acknowledged = new Set();
    this.mode = 'open';
    for (const button of $$('[data-alerts]'))
      button.addEventListener('click', () => this.show(button.dataset.alerts));
  }

  async load() {
    try {
      const answer = await fetch('/v1/alerts');
      if (answer.ok) for (const alert of (await answer.json()).alerts.reverse()) this.keep(alert);
    } catch {
      // The stream tells of a lost server; the alerts come with the next connection.
    }
    this.show();
  }

  keep(alert) {
    this.byId.delete(alert.id);
    this.byId.set(alert.id, {...alert, severity: KINDS[alert.kind]?.[0] ?? 'warn'});
    for (const id of this.byId.keys()) if (this.byId.size > KEPT_MAX) this.byId.delete(id);
  }

  take(alert) {
    this.keep(alert);
    this.show();
  }

  all() {
    return [...this.byId.values()].reverse();
  }
  firing() {
    return this.all().filter(alert => alert.state === 'firing');
  }
  unattended() {
    return this.firing().filter(alert => !this.acknowledged.has(alert.id));
  }

  show(mode = this.mode) {
    this.mode = mode;
    for (const button of $$('[data-alerts]'))
      button.setAttribute('aria-pressed', String(button.dataset.alerts === mode));
    const rank = alert => (alert.state === 'firing' ? 0 : 2) + (alert.severity === 'crit' ? 0 : 1);
    const alerts = this.all()
      .filter(alert => mode === 'all' || alert.state === 'firing')
      .sort((a, b) => rank(a) - rank(b));
    const opened = new Set($$('details[open]', this.root).map(node => node.dataset.id));
    const focused = document.activeElement?.closest?.('.alert')?.dataset.id;
    $('#alerts-count').textContent = t(
      `відкритих: ${this.unattended().length}`,
      `${this.unattended().length} open`,
    );
    this.root.replaceChildren(
      ...(alerts.length
        ? alerts.map((alert, i) => this.node(alert, opened.size ? opened.has(alert.id) : i === 0))
        : [
            element(
              'p',
              {class: 'dim quiet'},
              t('Усе спокійно: нічого не потребує уваги.', 'All quiet: nothing needs attention.'),
            ),
          ]),
    );
    if (focused) $(`[data-id="${CSS.escape(focused)}"] summary`, this.root)?.focus();
    this.onChange();
  }

  title(alert) {
    const [, uk, en] = KINDS[alert.kind] ?? ['warn', alert.kind, alert.kind];
    return `${t(uk, en)}: ${alert.subject}`;
  }

  line(alert) {
    const times = alert.baseline >= BASELINE_WORTH ? ` · ×${number(alert.observed / alert.baseline)}` : '';
    const state =
      alert.state === 'resolved'
        ? t('Минуло. ', 'Resolved. ')
        : this.acknowledged.has(alert.id)
          ? t('Прийнято вами. ', 'Acknowledged by you. ')
          : '';
    return `${state}${number(alert.observed, alert.observed < 10 ? 1 : 0)} ${unit(alert)}${times}`;
  }

  node(alert, open) {
    const done = alert.state === 'resolved' || this.acknowledged.has(alert.id);
    return element(
      'details',
      {
        class: `alert ${alert.severity}${done ? ' done' : ''}`,
        dataset: {id: alert.id, kind: alert.kind},
        open,
      },
      element(
        'summary',
        {},
        element('i', {
          class: `sev ${done ? 'info' : alert.severity}`,
          role: 'img',
          'aria-label': done
            ? t('минуло', 'over')
            : alert.severity === 'crit'
              ? t('терміново', 'urgent')
              : t('увага', 'attention'),
        }),
        element('b', {}, this.title(alert)),
        element('time', {}, clock(alert.at)),
        element('span', {}, this.line(alert)),
      ),
      this.evidence(alert),
    );
  }

  evidence(alert) {
    const figure = value =>
      value > 0 && value < BASELINE_WORTH
        ? `< ${number(BASELINE_WORTH, 1)}`
        : number(value, value !== 0 && value < 10 ? 1 : 0);
    const pair = (name, value) => [element('dt', {}, name), element('dd', {}, value)];
    const sql = `select occurred_at, type, user_id, video_id, watch_ms, suspicious\nfrom events where ${alert.subject_type}_id = '${alert.subject.replaceAll("'", "''")}'\norder by occurred_at desc limit 50`;
    return element(
      'div',
      {class: 'ev'},
      element(
        'dl',
        {},
        ...pair(alert.subject_type === 'user' ? t('Глядач', 'Viewer') : t('Відео', 'Video'), alert.subject),
        ...pair(t('Зараз', 'Observed'), element('b', {}, `${figure(alert.observed)} ${unit(alert)}`)),
        ...pair(t('Звично', 'Baseline'), `${figure(alert.baseline)} ${unit(alert)}`),
        ...pair(t('Поріг', 'Threshold'), `${figure(alert.threshold)} ${unit(alert)}`),
      ),
      element(
        'dl',
        {},
        ...(alert.distinct_users ? pair(t('Глядачів', 'Viewers'), number(alert.distinct_users)) : []),
        ...pair(t('Початок', 'Began'), clock(alert.started_at)),
        ...pair(t('Повторів', 'Repeats'), number(alert.folded)),
      ),
      alert.samples?.length
        ? element(
            'pre',
            {class: 'wide', tabindex: '0', 'aria-label': t('Зразки подій', 'Sample events')},
            alert.samples.join('\n'),
          )
        : null,
      element(
        'p',
        {class: 'wide'},
        element('b', {}, t('Що робити. ', 'What to do. ')),
        t(ACTIONS[alert.kind] ?? alert.action, alert.action),
      ),
      element(
        'div',
        {class: 'wide acts2'},
        element(
          'button',
          {class: 'btn main', onclick: () => this.acknowledge(alert.id)},
          this.acknowledged.has(alert.id) ? t('Відкрити знову', 'Reopen') : t('Прийняти', 'Acknowledge'),
        ),
        element(
          'button',
          {class: 'btn', onclick: () => this.ask(sql)},
          t('Показати події', 'Show the events'),
        ),
      ),
    );
  }

  acknowledge(id) {
    if (!this.acknowledged.delete(id)) this.acknowledged.add(id);
    this.show();
  }

  // From the keyboard: to the next or previous alert, or acknowledge the one in focus.
  step(direction) {
    const all = $$('.alert summary', this.root);
    const at = all.indexOf(document.activeElement);
    all[Math.max(0, Math.min(all.length - 1, at + direction))]?.focus();
  }

  acknowledgeFocused() {
    const id = document.activeElement?.closest?.('.alert')?.dataset.id;
    if (id) this.acknowledge(id);
  }
}
