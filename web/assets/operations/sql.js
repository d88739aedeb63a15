// The box that asks the analytical store, with saved questions: those that come with the page and one's own.

import {$, element, toast} from '../dom.js';
import {language, number, plural, t} from '../language.js';
import {post} from './ask.js';
import {Result} from './result.js';
import {BUILT_IN, NAME_MAX, OwnQuestions} from './saved_questions.js';

export class SqlBox {
  constructor() {
    this.text = $('#sql-text');
    this.own = new OwnQuestions();
    this.result = new Result();
    this.chosen = BUILT_IN[0].uk;
    this.answer = null;
    this.asked = 0;
    this.text.value = BUILT_IN[0].sql;
    $('#run').addEventListener('click', () => this.run());
    this.text.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.run();
    });
    $('#save').addEventListener('click', () => this.name(null));
    $('#name-form').addEventListener('submit', event => this.named(event));
    this.showSaved();
  }

  showSaved() {
    const built = BUILT_IN.map(one => this.button(one.uk, one[language()], one.sql, one.chart));
    const own = this.own.all().map(one =>
      element(
        'div',
        {class: 'own'},
        this.button(`own ${one.name}`, one.name, one.sql, one.chart),
        this.small('✎', t(`Перейменувати «${one.name}»`, `Rename “${one.name}”`), () => this.name(one.name)),
        this.small('×', t(`Вилучити «${one.name}»`, `Delete “${one.name}”`), () => this.remove(one)),
      ),
    );
    $('#saved').replaceChildren(
      ...built,
      own.length ? element('h3', {class: 'small dim'}, t('Свої', 'Your own')) : '',
      ...own,
    );
  }

  button(key, name, sql, chart) {
    const current = this.chosen === key && 'true';
    return element(
      'button',
      {type: 'button', 'aria-current': current, onclick: () => this.ask(sql, key, chart)},
      name,
    );
  }

  small(sign, label, act) {
    return element(
      'button',
      {class: 'small sign', type: 'button', 'aria-label': label, title: label, onclick: act},
      sign,
    );
  }

  // Names a new question, or one that is there anew.
  name(old) {
    this.renamed = old;
    $('#name-input').value = old ?? '';
    $('#name-input').maxLength = NAME_MAX;
    $('#name-dialog').showModal();
    $('#name-input').focus();
  }

  named(event) {
    const name = $('#name-input').value.trim();
    if (event.submitter?.value !== 'keep' || !name) return;
    if (this.renamed) this.own.rename(this.renamed, name);
    else this.own.add(name, this.text.value, this.result.view === 'table' ? undefined : this.result.view);
    this.chosen = `own ${name}`;
    this.showSaved();
  }

  remove(one) {
    this.own.remove(one.name);
    this.showSaved();
    toast(t(`Вилучено «${one.name}».`, `“${one.name}” deleted.`), {
      label: t('Скасувати', 'Undo'),
      act: () => {
        this.own.add(one.name, one.sql, one.chart);
        this.showSaved();
      },
    });
  }

  ask(sql, key = '', chart = undefined) {
    this.chosen = key;
    this.text.value = sql;
    this.showSaved();
    this.text.scrollIntoView({block: 'nearest'});
    return this.run(chart ?? 'table');
  }

  async run(view = undefined) {
    const asked = (this.asked += 1);
    $('#took').textContent = t('Питаємо…', 'Asking…');
    $('#run').disabled = true;
    try {
      const answer = await post('/v1/query', {sql: this.text.value});
      if (asked !== this.asked) return;
      this.answer = answer;
      this.result.take(answer, view);
      this.show();
    } catch (error) {
      if (asked === this.asked) this.fail(error.message);
    } finally {
      if (asked === this.asked) $('#run').disabled = false;
    }
  }

  fail(text) {
    this.answer = null;
    this.result.take(null);
    $('#took').replaceChildren(
      element('i', {class: 'sev warn', role: 'img', 'aria-label': t('увага', 'attention')}),
      element('span', {class: 'wrong'}, text),
    );
  }

  show() {
    if (!this.answer) return;
    const {rows, truncated, elapsed_ms: ms} = this.answer;
    const count = rows.length;
    const words = t(plural(count, 'рядок', 'рядки', 'рядків'), count === 1 ? 'row' : 'rows');
    const cut = truncated ? t(' (не всі: межа сервера)', ' (not all: the server’s limit)') : '';
    $('#took').textContent = `${number(count)} ${words}${cut} · ${number(ms, 1)} ${t('мс', 'ms')}`;
    this.result.show();
  }
}
