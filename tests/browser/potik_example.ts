// How a site uses potik.js, for the compiler alone: what must be accepted and what must not.
import {connect, Potik, Stream, type Recommendations, type Watch} from '../../web/assets/potik.js';

const potik: Potik = connect({
  url: 'https://potik.example',
  userId: 'reader-7',
  token: async () => (await fetch('/potik-token')).text(),
  surface: 'front',
  storage: null,
  onWaiting: ({waiting, lost}) => console.log(waiting + 1, !lost),
  onRefused: ({event, reason}) => console.log(event.event_id, reason),
  onViewer: ({userId, expiresAt}) => console.log(userId, expiresAt),
});
const video = document.querySelector('video')!;
const watch: Watch = potik.watch(video, {videoId: 'clip-7', requestId: 'r-1', position: 3});
const played: number = watch.watchedMs;
watch.finish();
potik.liked('clip-7');
const commentId: string | undefined = potik.commented({videoId: 'clip-7'}, 'so it is').comment_id;
const list: Recommendations = await potik.recommendations({limit: 5});
const end: () => void = potik.onList(fresh => console.log(fresh.videos[0]?.video_id), {limit: 10});
end();
const answer: Response = await potik.request(id => `/v1/users/${id}`);
await potik.close();
new Stream('/v1/stats/stream', {stats: () => {}}, state => console.log(state), {headers: () => ({})}).close();

// @ts-expect-error there is no such option
connect({server: 'https://potik.example'});
// @ts-expect-error a place names its video
potik.watch(video, {position: 1});
// @ts-expect-error not a video element
potik.watch(document.body, 'clip-7');
// @ts-expect-error no such act
potik.tell('video_loved', 'clip-7');
// @ts-expect-error a comment has words
potik.commented('clip-7');

export {answer, commentId, list, played};
