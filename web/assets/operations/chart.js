// A line chart of uPlot in the page's own tokens: labels sit on the lines, a limit is a dotted line, no legend.
// The pointer shows one moment on all charts at once, in words beside the title.

import {$, element} from '../dom.js';
import {clock, t} from '../language.js';

const uPlot = globalThis.uPlot;
const NAMES = {
  first: '--flow',
  second: '--flow-2',
  grid: '--line',
  label: '--ink-3',
  strong: '--ink',
  warn: '--warn',
};
const FONT = '12px system-ui, sans-serif';
const FOOT = 20; // room for the times below
const HEAD = 16;
let colours = null;

// Tokens are light-dark() pairs: only an element's computed colour tells which half holds.
function resolved() {
  if (colours) return colours;
  const probe = element('i', {hidden: true});
  document.body.append(probe);
  colours = {};
  for (const [name, token] of Object.entries(NAMES)) {
    probe.style.color = `var(${token})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colours;
}

const forget = () => {
  colours = null;
};
new MutationObserver(forget).observe(document.documentElement, {attributeFilter: ['data-theme']});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);

function sinceThen(at) {
  const minutes = Math.round((at.at(-1) - at[0]) / 60);
  const hours = Math.round(minutes / 60);
  return [
    minutes >= 120 ? t(`−${hours} год`, `−${hours} h`) : t(`−${minutes} хв`, `−${minutes} min`),
    t('зараз', 'now'),
  ];
}

const known = values => values.filter(value => value !== null && value !== undefined);

export class LineChart {
  // lines: [{field, name(), second, fill}], first one strong. format(value) -> text. floor: least top of the scale.
  // limit: {value, name()} draws a line. range: [low, high], the low one lower if need be. sync: whether the pointer is shared with the others.
  // ends(at) -> words below the ends; moment(at) -> words for a point, both for charts that do not end now.
  constructor(figure, options) {
    Object.assign(this, {
      floor: 1,
      height: 190,
      sync: true,
      ends: sinceThen,
      moment: at => clock(at * 1000),
      figure,
      ...options,
    });
    this.root = $('.plot', figure);
    this.note = $('figcaption small', figure);
    this.root.setAttribute('role', 'img');
    this.data = [[], ...this.lines.map(() => [])];
    new ResizeObserver(() => this.fit()).observe(this.root);
    // What nobody sees is not painted, but once, so that it stands there when it is scrolled to.
    this.seen = true;
    new IntersectionObserver(([entry]) => {
      this.seen = entry.isIntersecting;
      if (this.seen) this.paint();
    }).observe(this.root);
  }

  draw(view) {
    this.data = [view.at, ...this.lines.map(line => view.of(line.field))];
    if (!this.plot && !this.open()) return;
    this.describe();
    if (this.seen) this.paint();
  }

  paint() {
    if (!this.plot) return;
    this.plot.setData(this.data);
    if (!this.pointed) this.showNote(null);
  }

  open() {
    const width = this.root.clientWidth;
    if (!width) return false;
    this.plot = new uPlot(this.settings(width), this.data, this.root);
    return true;
  }

  fit() {
    const width = this.root.clientWidth;
    if (this.plot && width && width !== this.plot.width) this.plot.setSize({width, height: this.height});
    else if (!this.plot && this.data[0].length) this.open();
  }

  settings(width) {
    const stroke = line => () => resolved()[line.second ? 'second' : 'first'];
    return {
      width,
      height: this.height,
      padding: [HEAD, 0, FOOT, 0],
      legend: {show: false},
      cursor: {
        y: false,
        ...(this.sync && {sync: {key: 'potik'}}),
        drag: {x: false, y: false},
        points: {size: 6},
      },
      scales: {x: {time: false}, y: {range: () => this.scale()}},
      axes: [{show: false}, {show: false}],
      series: [
        {},
        ...this.lines.map(line => ({
          stroke: stroke(line),
          width: line.second ? 1.4 : 2,
          dash: line.second ? [5, 3] : undefined,
          fill: line.fill ? () => resolved().first.replace('rgb(', 'rgba(').replace(')', ', .1)') : undefined,
          points: {show: false},
        })),
      ],
      hooks: {
        drawClear: [plot => this.paintGrid(plot)],
        draw: [plot => this.paintLabels(plot)],
        setCursor: [plot => this.point(plot.cursor.idx)],
      },
    };
  }

  scale() {
    const values = this.data.slice(1).flatMap(known);
    if (this.range) return [Math.min(this.range[0], ...values), this.range[1]];
    const wanted = this.limit ? [...values, this.limit.value * 1.05] : values;
    return [0, Math.max(this.floor, ...wanted) * 1.15];
  }

  paintGrid(plot) {
    const {ctx, bbox} = plot;
    const ratio = devicePixelRatio;
    const [low, high] = this.scale();
    ctx.save();
    ctx.lineWidth = ratio;
    ctx.strokeStyle = resolved().grid;
    ctx.beginPath();
    for (const value of [low, (low + high) / 2]) {
      const y = Math.round(plot.valToPos(value, 'y', true)) - 0.5;
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
    }
    ctx.stroke();
    this.write(
      ctx,
      this.format((low + high) / 2),
      bbox.left,
      plot.valToPos((low + high) / 2, 'y', true) - 5 * ratio,
    );
    const foot = bbox.top + bbox.height + 15 * ratio;
    const [first, last] = this.ends(this.data[0]);
    this.write(ctx, first, bbox.left, foot);
    this.write(ctx, last, bbox.left + bbox.width, foot, {align: 'end'});
    ctx.restore();
  }

  write(ctx, text, x, y, {align = 'start', colour = 'label', strong = false} = {}) {
    ctx.font = `${strong ? '600 ' : ''}${FONT.replace('12px', `${12 * devicePixelRatio}px`)}`;
    ctx.fillStyle = resolved()[colour];
    ctx.textAlign = align;
    ctx.fillText(text, x, y);
  }

  paintLabels(plot) {
    const {ctx, bbox} = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    if (this.limit) this.paintLimit(plot);
    const right = bbox.left + bbox.width;
    const taken = [];
    this.lines.forEach((line, index) => {
      const values = this.data[index + 1];
      const last = known(values.slice(-5)).at(-1);
      if (last === undefined) return;
      const near = known(values.slice(-Math.ceil(values.length / 3)));
      let y = plot.valToPos(Math.max(...near), 'y', true) - 6 * ratio;
      // No room above the line: below it.
      if (y < bbox.top) y = plot.valToPos(Math.min(...near), 'y', true) + 15 * ratio;
      // Labels of lines that lie on each other stand one below the other.
      while (taken.some(other => Math.abs(other - y) < 14 * ratio)) y += 15 * ratio;
      y = Math.min(Math.max(y, bbox.top + 4 * ratio), bbox.top + bbox.height - 4 * ratio);
      taken.push(y);
      const look = {align: 'end', colour: line.second ? 'label' : 'strong', strong: !line.second};
      this.write(ctx, `${line.name()} ${this.format(last)}`.trim(), right, y, look);
    });
    ctx.restore();
  }

  paintLimit(plot) {
    const {ctx, bbox} = plot;
    const ratio = devicePixelRatio;
    const y = plot.valToPos(this.limit.value, 'y', true);
    ctx.strokeStyle = resolved().warn;
    ctx.lineWidth = 1.4 * ratio;
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    this.write(ctx, this.limit.name(), bbox.left, y - 4 * ratio, {colour: 'warn'});
  }

  point(index) {
    this.pointed = index !== null && index !== undefined;
    this.showNote(this.pointed ? index : null);
  }

  showNote(index) {
    const words =
      index === null
        ? (this.unit?.() ?? '')
        : [
            this.moment(this.data[0][index]),
            ...this.lines.map((line, i) => this.valueAt(line, i, index)),
          ].join(' · ');
    if (this.note.textContent !== words) this.note.textContent = words;
  }

  valueAt(line, series, index) {
    const value = this.data[series + 1][index];
    return `${line.name()} ${value === null || value === undefined ? '–' : this.format(value)}`.trim();
  }

  describe() {
    const title = $('figcaption span', this.figure).textContent;
    const parts = this.lines.map((line, i) => this.valueAt(line, i, this.data[0].length - 1));
    this.root.setAttribute('aria-label', `${title}: ${parts.join(', ')}`);
  }
}
