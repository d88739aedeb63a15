/** Types of potik.js; see docs/potik-js.md. */

export type ActType =
  | 'video_shown'
  | 'video_played'
  | 'video_liked'
  | 'video_unliked'
  | 'video_disliked'
  | 'video_shared'
  | 'author_followed'
  | 'comment_posted';

/** Which video, and where it was met. */
export interface Place {
  videoId: string;
  /** `request_id` of the list that led here, with the video's place in it, from 0. */
  requestId?: string;
  position?: number;
  /** Where in the app: feed, search, profile. */
  surface?: string;
}

/** As docs/formats/event.schema.json. */
export interface PotikEvent {
  event_id: string;
  type: ActType;
  /** Unix milliseconds. */
  occurred_at: number;
  /** Missing only until the first viewer is known. */
  user_id?: string;
  session_id: string;
  surface: string;
  video_id: string;
  request_id?: string;
  position?: number;
  watch_ms?: number;
  duration_ms?: number;
  comment_id?: string;
  text?: string;
}

export interface Refusal {
  event: PotikEvent;
  status: number;
  reason: string;
}

export interface Viewer {
  userId: string;
  token: string | null;
}

export interface ConnectOptions {
  /** Of the Potik server, without a slash at the end. Default: where the page came from. */
  url?: string;
  /** The site's own name of the viewer. Default: one that the server makes, kept in the storage. */
  userId?: string;
  /** The token of `userId`, or a function that gets one; the function is asked again if it fails and after a 401. */
  token?: string | (() => string | null | Promise<string | null>);
  /** `surface` of events whose place names none. Default: feed. */
  surface?: string;
  /** Where events wait. Default: localStorage; null: memory alone. */
  storage?: Storage | null;
  /** After every change of what waits; `lost`: the last attempt to send failed. */
  onWaiting?(state: {waiting: number; lost: boolean}): void;
  /** An event that the server will never take; it is not sent again. */
  onRefused?(refusal: Refusal): void;
  /** Every event when it is told. */
  onTold?(event: PotikEvent): void;
  /** The viewer is known, or another. */
  onViewer?(viewer: Viewer & {expiresAt: string | null}): void;
}

export interface Recommendation {
  video_id: string;
  rank?: number;
  score?: number;
  propensity?: number;
  source?: string;
  because?: string;
}

export interface Recommendations {
  request_id: string;
  user_id: string;
  known_user: boolean;
  cached: boolean;
  model_version: number;
  receipt: {
    partition: number | null;
    offset: number | null;
    occurred_at: string | null;
    epoch: number;
    computed_at: string;
  };
  videos: Recommendation[];
}

export type StreamState = (state: 'open' | 'lost', status?: number) => void;
export type Handlers = Record<string, (data: any) => void>;
export type Path = string | ((userId: string) => string);

/** One showing of one video. */
export interface Watch {
  /** Milliseconds of the video played and not told yet. */
  readonly watchedMs: number;
  /** Tells the play so far; what follows is another one. */
  tell(): void;
  /** The video leaves: tells the play and stops listening. */
  finish(): void;
}

export class Potik {
  constructor(options?: ConnectOptions);
  readonly userId: string | null;
  readonly token: string | null;
  readonly ready: Promise<Viewer>;

  /** Measures a showing: an impression once half of it was seen for a second, the time really played. */
  watch(video: HTMLVideoElement, place: string | Place): Watch;
  liked(place: string | Place): PotikEvent;
  unliked(place: string | Place): PotikEvent;
  disliked(place: string | Place): PotikEvent;
  shared(place: string | Place): PotikEvent;
  followed(place: string | Place): PotikEvent;
  commented(place: string | Place, text: string, commentId?: string): PotikEvent;
  /** Any act; `fields` as in the schema of events. */
  tell(type: ActType, place: string | Place, fields?: Partial<PotikEvent>): PotikEvent;

  /** Throws an error with `status` if the server refuses. */
  recommendations(options?: {limit?: number; explain?: boolean}): Promise<Recommendations>;
  /** The list now and after every act. The function ends it. */
  onList(
    callback: (list: Recommendations) => void,
    options?: {limit?: number; onState?: StreamState},
  ): () => void;
  /** Any stream of the server, as the viewer. The function ends it. */
  stream(path: Path, handlers: Handlers, onState?: StreamState): () => void;
  /** fetch() of the server, as the viewer. */
  request(path: Path, init?: RequestInit): Promise<Response>;

  /** Sends what waits now; ends when it is sent or must wait. */
  flush(): Promise<void>;
  /** Another viewer from now on. Rejects, and all stays as it was, if the server makes none. */
  newViewer(): Promise<void>;
  /** Tells what was watched, sends it and ends everything. */
  close(): Promise<void>;
}

export function connect(options?: ConnectOptions): Potik;

/** Server-sent events read by fetch(), with headers; comes back after every loss. */
export class Stream {
  constructor(
    url: string | (() => string),
    handlers: Handlers,
    onState?: StreamState,
    options?: {headers?: () => Record<string, string>; silenceMs?: number},
  );
  /** Asks anew at once. */
  restart(): void;
  close(): void;
}
