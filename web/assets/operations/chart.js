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
const LINE = 15; // from one line of words to the next
const MOST = 0.98; // a clipped chart is as high as so many of its values need, and a little more
const HEADROOM = 1.25;
const LATELY = 5; // points from which a line's label takes its figure
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

// Where labels may stand that would stand at `wanted`: a line apart at least, those above out of the way of those
// below, and all between low and high as far as there is room.
export function apart(wanted, low, high, line) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const places = [...wanted];
  let free = high;
  for (const i of [...order].reverse()) {
    places[i] = Math.min(places[i], free);
    free = places[i] - line;
  }
  free = low;
  for (const i of order) {
    places[i] = Math.max(places[i], free);
    free = places[i] + line;
  }
  return places;
}

export class LineChart {
  // lines: [{field, name(), second, fill}], first one strong. format(value) -> text. floor: least top of the scale.
  // clipped: a short peak does not flatten the rest: it runs out at the top, and how high it was is told in words.
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

  // What the scale must hold, and the peak that it leaves out, if it does.
  extent() {
    const values = this.data.slice(1).flatMap(known);
    const peak = Math.max(0, ...values);
    if (!this.clipped || !values.length) return {values};
    const ordered = [...values].sort((a, b) => a - b);
    const lately = this.data.slice(1).flatMap(line => known(line.slice(-LATELY)));
    const most = Math.max(ordered[Math.floor((ordered.length - 1) * MOST)] * HEADROOM, this.floor, ...lately);
    return peak > most * HEADROOM ? {values: [most], peak} : {values};
  }

  scale() {
    const {values} = this.extent();
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
    const middle = plot.valToPos((low + high) / 2, 'y', true);
    const limit = this.limit ? plot.valToPos(this.limit.value, 'y', true) : -Infinity;
    if (Math.abs(middle - limit) >= LINE * ratio)
      this.write(ctx, this.format((low + high) / 2), bbox.left, middle - 5 * ratio);
    const {peak} = this.extent();
    if (peak !== undefined) this.write(ctx, this.peakWords(peak), bbox.left, bbox.top - 4 * ratio);
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

  peakWords(peak) {
    return t(`пік ${this.format(peak)}`, `peak ${this.format(peak)}`);
  }

  paintLabels(plot) {
    const {ctx, bbox} = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    if (this.limit) this.paintLimit(plot);
    const labels = this.lines.flatMap((line, index) => this.labelOf(plot, line, this.data[index + 1]));
    const [low, high] = [bbox.top + 4 * ratio, bbox.top + bbox.height - 4 * ratio];
    const places = apart(
      labels.map(label => label.y),
      low,
      high,
      LINE * ratio,
    );
    labels.forEach(({line, text}, i) => {
      const look = {align: 'end', colour: line.second ? 'label' : 'strong', strong: !line.second};
      this.write(ctx, text, bbox.left + bbox.width, places[i], look);
    });
    ctx.restore();
  }

  // The name and the last figure of a line, and where they would stand: above the line's end, or below it where
  // there is no room; of a line of which nothing was heard lately none.
  labelOf(plot, line, values) {
    const last = known(values.slice(-LATELY)).at(-1);
    if (last === undefined) return [];
    const ratio = devicePixelRatio;
    const [, top] = this.scale();
    const near = known(values.slice(-Math.ceil(values.length / 3))).filter(value => value <= top);
    let y = plot.valToPos(Math.max(...near), 'y', true) - 6 * ratio;
    if (y < plot.bbox.top) y = plot.valToPos(Math.min(...near), 'y', true) + LINE * ratio;
    return [{line, text: `${line.name()} ${this.format(last)}`.trim(), y}];
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
    const {peak} = this.extent();
    if (peak !== undefined) parts.push(this.peakWords(peak));
    this.root.setAttribute('role', 'img');
    this.root.setAttribute('aria-label', `${title}: ${parts.join(', ')}`);
  }
}
