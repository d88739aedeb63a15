// The stream of both pages is the one of potik.js.
export {Stream} from './potik/stream.js';
