// Alerts as they come: who or what, usual beside observed, samples, what to do. Firing ones first.

import {$, $$, element, toast} from '../dom.js';
import {clock, number, plural, t} from '../language.js';
import {documentOf, get, post} from './ask.js';
import {patchList} from './patch.js';
import {bar} from './vitals.js';

const KEPT_MAX = {firing: 1000, resolved: 100};
const LISTED_MAX = 100;
const MUTE_S = 3600;
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
const muted = alert => Boolean(alert.muted_until) && Date.parse(alert.muted_until) > Date.now();
const figure = value =>
  value > 0 && value < BASELINE_WORTH
    ? `< ${number(BASELINE_WORTH, 1)}`
    : number(value ?? 0, value !== 0 && value < 10 ? 1 : 0);

export class Alerts {
  // onChange() after each notice; ask(sql) shows the events behind an alert; links lead to the inspector.
  constructor(root, onChange, ask, links) {
    Object.assign(this, {root, onChange, ask, links, byId: new Map(), mode: 'open', heard: false});
    this.opened = new Map(); // id -> whether its evidence is open
    this.firingTold = 0; // how many the server says there are
    for (const button of $$('[data-alerts]'))
      button.addEventListener('click', () => this.show(button.dataset.alerts));
  }

  // The newest of any state, and all that are firing, however old.
  async load() {
    const known = this.firing();
    try {
      const lists = await Promise.all([
        get('/v1/alerts'),
        get(`/v1/alerts?state=firing&limit=${KEPT_MAX.firing}`),
      ]);
      const [newest, firing] = lists.map(list => list.alerts);
      // What ended while nobody listened, and so long ago that it is not among the newest.
      const heard = new Set([...newest, ...firing].map(alert => alert.id));
      if (firing.length < KEPT_MAX.firing)
        for (const {id} of known) if (!heard.has(id)) this.byId.delete(id);
      for (const alert of firing.reverse()) this.keep(alert);
      for (const alert of newest.reverse()) this.keep(alert);
      this.heard = true;
    } catch {
      // The stream tells of a lost server; the alerts come with the next connection.
    }
    this.show();
  }

  keep(alert) {
    // A new notice goes to the front; what people did about an alert leaves it where it is.
    if (this.byId.get(alert.id)?.at !== alert.at) this.byId.delete(alert.id);
    this.byId.set(alert.id, {...alert, severity: KINDS[alert.kind]?.[0] ?? 'warn'});
    // Of each state on its own, so that what is over never crowds out what is not.
    const same = [...this.byId.values()].filter(({state}) => state === alert.state);
    for (const {id} of same.slice(0, Math.max(0, same.length - KEPT_MAX[alert.state]))) {
      this.byId.delete(id);
      this.opened.delete(id);
    }
  }

  // With each push; true if it is another number than before.
  tell(firing) {
    const changed = firing !== this.firingTold;
    this.firingTold = firing;
    return changed;
  }

  take(alert) {
    // The next push tells the new number.
    const ended = alert.state === 'resolved' && this.byId.get(alert.id)?.state !== 'resolved';
    if (ended) this.firingTold -= 1;
    this.heard = true;
    this.keep(alert);
    this.show();
  }

  all() {
    return [...this.byId.values()].reverse();
  }
  firing() {
    return this.all().filter(alert => alert.state === 'firing');
  }
  attended(alert) {
    return Boolean(alert.acknowledged_at) || muted(alert);
  }
  unattended() {
    return this.firing().filter(alert => !this.attended(alert));
  }

  show(mode = this.mode) {
    this.mode = mode;
    for (const button of $$('[data-alerts]'))
      button.setAttribute('aria-pressed', String(button.dataset.alerts === mode));
    const alerts = this.listed();
    for (const node of $$('.alert', this.root)) this.opened.set(node.dataset.id, node.open);
    const first = !$('.alert', this.root);
    const focused = this.focused();
    const act = document.activeElement?.dataset?.act;
    const count = this.count(alerts);
    if ($('#alerts-count').textContent !== count) $('#alerts-count').textContent = count;
    patchList(
      this.root,
      alerts.length
        ? alerts.map((alert, i) => this.node(alert, this.opened.get(alert.id) ?? (first && i === 0)))
        : [element('p', {class: 'dim quiet'}, this.nothing())],
    );
    if (focused && this.focused() !== focused) this.focus(focused, act);
    this.onChange();
  }

  nothing() {
    if (!this.heard) return '–';
    return t('Усе спокійно: нічого не потребує уваги.', 'All quiet: nothing needs attention.');
  }

  // What is urgent and nobody attends to stands first, and keeps its place while notices of it come.
  listed() {
    const rank = alert =>
      (alert.state === 'firing' ? 0 : 4) +
      (this.attended(alert) ? 2 : 0) +
      (alert.severity === 'crit' ? 0 : 1);
    const since = alert => (alert.state === 'firing' ? alert.started_at : alert.at);
    return this.all()
      .filter(alert => this.mode === 'all' || alert.state === 'firing')
      .sort((a, b) => rank(a) - rank(b) || Date.parse(since(b)) - Date.parse(since(a)))
      .slice(0, LISTED_MAX);
  }

  count(alerts) {
    if (!this.heard) return '';
    const open = this.unattended().length;
    const listed = alerts.filter(alert => alert.state === 'firing').length;
    const firing = Math.max(this.firingTold, this.firing().length);
    const words = t(`відкритих: ${number(open)}`, `${number(open)} open`);
    return firing > listed
      ? `${words} · ${t(`показано ${number(listed)} із ${number(firing)} нескінчених`, `${number(listed)} shown of ${number(firing)} firing`)}`
      : words;
  }

  // Back to where the reader was before the list was made anew.
  focus(id, act) {
    const alert = $(`[data-id="${CSS.escape(id)}"]`, this.root);
    ((act && alert && $(`[data-act=${act}]`, alert)) || (alert && $('summary', alert)))?.focus({
      preventScroll: true,
    });
  }

  title(alert) {
    const [, uk, en] = KINDS[alert.kind] ?? ['warn', alert.kind, alert.kind];
    return `${t(uk, en)}: ${alert.subject}`;
  }

  line(alert) {
    const times = alert.baseline >= BASELINE_WORTH ? ` · ×${number(alert.observed / alert.baseline)}` : '';
    return `${this.state(alert)}${figure(alert.observed)} ${unit(alert)}${times}`;
  }

  state(alert) {
    if (alert.state === 'resolved') return t('Минуло. ', 'Resolved. ');
    const parts = [];
    if (alert.acknowledged_at)
      parts.push(
        t(
          `Прийнято о ${clock(alert.acknowledged_at)}. `,
          `Acknowledged at ${clock(alert.acknowledged_at)}. `,
        ),
      );
    if (muted(alert))
      parts.push(
        t(`Заглушено до ${clock(alert.muted_until)}. `, `Muted until ${clock(alert.muted_until)}. `),
      );
    return parts.join('');
  }

  node(alert, open) {
    const done = alert.state === 'resolved' || this.attended(alert);
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
            ? alert.state === 'firing'
              ? t('прийнято', 'attended to')
              : t('минуло', 'over')
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
    return element(
      'div',
      {class: 'ev'},
      this.facts(alert),
      this.comparison(alert),
      alert.samples?.length
        ? element(
            'pre',
            {class: 'wide', tabindex: '0', role: 'group', 'aria-label': t('Зразки подій', 'Sample events')},
            alert.samples.join('\n'),
          )
        : null,
      element(
        'p',
        {class: 'wide'},
        element('b', {}, t('Що робити. ', 'What to do. ')),
        t(ACTIONS[alert.kind] ?? alert.action, alert.action),
      ),
      this.buttons(alert),
    );
  }

  facts(alert) {
    const pair = (name, value) => [element('dt', {}, name), element('dd', {}, value)];
    const viewer = alert.subject_type === 'user';
    const link = viewer ? this.links.user(alert.subject) : this.links.video(alert.subject);
    return element(
      'dl',
      {},
      ...pair(viewer ? t('Глядач', 'Viewer') : t('Відео', 'Video'), link),
      ...(alert.distinct_users
        ? pair(
            t('Хто', 'Who'),
            t(
              `близько ${number(alert.distinct_users)} ${plural(alert.distinct_users, 'глядача', 'глядачів', 'глядачів')}`,
              `about ${number(alert.distinct_users)} ${alert.distinct_users === 1 ? 'viewer' : 'viewers'}`,
            ),
          )
        : []),
      ...pair(t('Початок', 'Began'), clock(alert.started_at)),
      ...pair(t('Повторів', 'Repeats'), number(alert.folded)),
    );
  }

  // Usual, threshold and observed on one scale.
  comparison(alert) {
    const rows = [
      [t('Звично', 'Baseline'), alert.baseline, ''],
      [t('Поріг', 'Threshold'), alert.threshold, ''],
      [t('Зараз', 'Observed'), alert.observed, alert.severity],
    ];
    const most = Math.max(...rows.map(([, value]) => value ?? 0), 1e-9);
    return element(
      'div',
      {class: 'measured'},
      ...rows.flatMap(([name, value, kind]) => [
        element('span', {class: 'dim'}, name),
        bar((value ?? 0) / most, kind),
        element('span', {class: 'num'}, kind ? element('b', {}, figure(value)) : figure(value)),
      ]),
      element('span', {class: 'dim unit'}, unit(alert)),
    );
  }

  buttons(alert) {
    const sql = `select occurred_at, type, user_id, video_id, watch_ms, suspicious\nfrom events where ${alert.subject_type}_id = '${alert.subject.replaceAll("'", "''")}'\norder by occurred_at desc limit 50`;
    const firing = alert.state === 'firing';
    return element(
      'div',
      {class: 'wide acts2'},
      firing &&
        element(
          'button',
          {class: 'btn main', 'data-act': 'acknowledge', onclick: () => this.acknowledge(alert.id)},
          alert.acknowledged_at ? t('Відкрити знову', 'Reopen') : t('Прийняти', 'Acknowledge'),
        ),
      firing &&
        element(
          'button',
          {class: 'btn', 'data-act': 'mute', onclick: () => this.mute(alert.id)},
          muted(alert) ? t('Увімкнути знову', 'Unmute') : t('Заглушити на 1 год', 'Mute for 1 h'),
        ),
      element(
        'button',
        {class: 'btn', 'data-act': 'ask', onclick: () => this.ask(sql)},
        t('Показати події', 'Show the events'),
      ),
    );
  }

  // Tells the server, so that everybody on call sees it; a refusal is said and nothing changes here.
  async attend(id, method, what, body) {
    const url = `/v1/alerts/${encodeURIComponent(id)}/${what}`;
    try {
      this.take(await (method === 'POST' ? post(url, body) : documentOf(url, {method})));
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    }
  }

  async acknowledge(id) {
    const alert = this.byId.get(id);
    if (!alert || alert.state !== 'firing') return;
    const undo = Boolean(alert.acknowledged_at);
    if (!(await this.attend(id, undo ? 'DELETE' : 'POST', 'acknowledge', {}))) return;
    if (!undo)
      toast(t('Прийнято.', 'Acknowledged.'), {
        label: t('Скасувати', 'Undo'),
        act: () => this.attend(id, 'DELETE', 'acknowledge'),
      });
  }

  async mute(id) {
    const alert = this.byId.get(id);
    if (!alert || alert.state !== 'firing') return;
    const undo = muted(alert);
    if (!(await this.attend(id, undo ? 'DELETE' : 'POST', 'mute', {for_s: MUTE_S}))) return;
    if (undo) return;
    const until = clock(this.byId.get(id).muted_until);
    toast(t(`Заглушено до ${until}.`, `Muted until ${until}.`), {
      label: t('Скасувати', 'Undo'),
      act: () => this.attend(id, 'DELETE', 'mute'),
    });
  }

  // From the keyboard: to the next or previous alert, or acknowledge the one in focus.
  step(direction) {
    const all = $$('.alert summary', this.root);
    const at = all.indexOf(document.activeElement);
    all[Math.max(0, Math.min(all.length - 1, at + direction))]?.focus();
  }

  focused() {
    return document.activeElement?.closest?.('.alert')?.dataset.id;
  }
}
