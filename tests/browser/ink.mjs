// How many points of a canvas are painted; 0 where there is none. Read from a copy that is made for reading.
export const ink = (page, selector) =>
  page.evaluate(wanted => {
    const canvas = document.querySelector(wanted);
    if (!canvas?.width) return 0;
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const pen = copy.getContext('2d', {willReadFrequently: true});
    pen.drawImage(canvas, 0, 0);
    const {data} = pen.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]) count += 1;
    return count;
  }, selector);
