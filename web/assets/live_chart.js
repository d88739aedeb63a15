// Paints time series on a canvas: a line with a soft fill, a dashed second one, labels on the lines, no legend.

const FONT = '12px system-ui, sans-serif';

export class LiveChart {
  // series: [{name, values, second}]; format(value) -> text.
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext('2d');
  }

  draw(series, format, floor = 1) {
    const {pen} = this;
    this.fit();
    const width = this.width;
    const height = this.height - 14;
    const top = Math.max(floor, ...series.flatMap(line => line.values)) * 1.18;
    this.axis(width, height, top, format);
    for (const line of series) this.line(line, width, height, top);
    this.labels(series, width, height, top, format);
    pen.textAlign = 'start';
  }

  // The drawing surface follows the element's size and the screen's density; colours follow the theme.
  fit() {
    const density = devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = this.width * density;
    this.canvas.height = this.height * density;
    this.pen.setTransform(density, 0, 0, density, 0, 0);
    const style = getComputedStyle(this.canvas);
    this.colour = {
      first: style.getPropertyValue('--first'),
      second: style.getPropertyValue('--second'),
      line: style.getPropertyValue('--grid'),
      text: style.getPropertyValue('--label'),
      strong: style.color,
    };
    for (const [name, value] of Object.entries(this.colour)) this.colour[name] = this.resolve(value);
  }

  // light-dark() means nothing to a canvas: let the browser compute the colour.
  resolve(value) {
    this.canvas.style.outlineColor = value;
    const computed = getComputedStyle(this.canvas).outlineColor;
    this.canvas.style.outlineColor = '';
    return computed;
  }

  axis(width, height, top, format) {
    const {pen} = this;
    pen.font = FONT;
    pen.strokeStyle = this.colour.line;
    pen.fillStyle = this.colour.text;
    pen.lineWidth = 1;
    for (const share of [0, 0.5]) {
      const y = Math.round(height * (1 - share)) - 0.5;
      pen.beginPath();
      pen.moveTo(0, y);
      pen.lineTo(width, y);
      pen.stroke();
    }
    pen.fillText(format(top / 2), 0, height / 2 - 5);
  }

  path(values, width, height, top) {
    const step = width / Math.max(1, values.length - 1);
    this.pen.beginPath();
    values.forEach((value, index) => this.pen.lineTo(index * step, height * (1 - value / top)));
  }

  line({values, second}, width, height, top) {
    if (values.length < 2) return;
    const {pen} = this;
    const colour = second ? this.colour.second : this.colour.first;
    if (!second) {
      this.path(values, width, height, top);
      pen.lineTo(width, height);
      pen.lineTo(0, height);
      pen.globalAlpha = 0.1;
      pen.fillStyle = colour;
      pen.fill();
      pen.globalAlpha = 1;
    }
    this.path(values, width, height, top);
    pen.setLineDash(second ? [5, 3] : []);
    pen.strokeStyle = colour;
    pen.lineWidth = second ? 1.4 : 2;
    pen.stroke();
    pen.setLineDash([]);
  }

  labels(series, width, height, top, format) {
    const {pen} = this;
    pen.textAlign = 'end';
    for (const {name, values, second} of series) {
      if (!values.length) continue;
      const y = height * (1 - Math.max(...values.slice(-Math.ceil(values.length / 3))) / top) - 7;
      pen.fillStyle = second ? this.colour.text : this.colour.strong;
      pen.font = second ? FONT : `600 ${FONT}`;
      pen.fillText(`${name} ${format(values.at(-1))}`, width, Math.max(12, y));
    }
  }
}
