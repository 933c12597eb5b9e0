import {AudiencePlayer} from './audience_player.js';
import {Refusal} from './refusal.js';
import Hls from '../vendor/hls.js';

const native_type = 'application/vnd.apple.mpegurl';
const playlist_deadline_ms = 10_000;
const media_deadline_ms = 15_000;

// The server's segments have two seconds. Two of them behind the newest is as near as a steady
// picture allows; who fell further behind catches up unnoticed, or jumps.
const options = {
  liveSyncDurationCount: 2,
  liveMaxLatencyDurationCount: 5,
  maxLiveSyncPlaybackRate: 1.1,
  backBufferLength: 10,
  enableWorker: false,
};

/**
 * Watches a meeting by HLS: later than by WHEP, by some seconds, but through anything that HTTP goes
 * through. It puts picture and sound into a video element, which is somebody else's to start.
 */
export class HlsPlayer extends AudiencePlayer {
  #playlist;
  #video;
  /** @type {Hls | null} */
  #hls = null;

  /**
   * @param {string | URL} playlist As https://meet.example.org/hls/standup/index.m3u8
   * @param {HTMLVideoElement} video
   */
  constructor(playlist, video) {
    super();
    this.#playlist = new URL(playlist, globalThis.document?.baseURI);
    this.#video = video;
  }

  /** Whether this browser plays HLS, by Media Source Extensions or by itself. */
  static isSupported() {
    return Hls.isSupported() || document.createElement('video').canPlayType(native_type) !== '';
  }

  /** @override @param {AbortSignal} signal */
  async connect(signal) {
    this.expect(playlist_deadline_ms);
    const response = await fetch(this.#playlist, {cache: 'no-store', signal});
    if (!response.ok) throw await Refusal.of(response);
    this.#watch(signal);
    if (Hls.isSupported()) this.#open();
    else this.#video.src = this.#playlist.href;
    this.enter('playing');
  }

  #open() {
    const hls = new Hls(options);
    this.#hls = hls;
    hls.on(Hls.Events.ERROR, (_, {details, fatal}) => {
      if (fatal && hls === this.#hls) this.retry('reconnecting', details);
    });
    hls.attachMedia(this.#video);
    hls.loadSource(this.#playlist.href);
  }

  /** As long as time passes in the video all is well; a pause is the viewer's own wish. @param {AbortSignal} signal */
  #watch(signal) {
    const on = (/** @type {string} */ name, /** @type {() => void} */ listener) =>
      this.#video.addEventListener(name, listener, {signal});
    on('timeupdate', () => {
      if (this.#video.paused || this.#video.currentTime === 0) return;
      this.settle();
      this.expect(media_deadline_ms);
    });
    on('pause', () => this.expectNothing());
    on('play', () => this.expect(media_deadline_ms));
    on('ended', () => this.retry('reconnecting', 'The stream ended.'));
    // What hls.js can't mend it says itself.
    on('error', () => this.#hls || this.retry('reconnecting', 'It cannot be played.'));
    this.expect(media_deadline_ms);
  }

  /** @override */
  release() {
    this.#hls?.destroy();
    this.#hls = null;
    this.#video.removeAttribute('src');
    this.#video.load();
  }
}
