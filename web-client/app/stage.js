import {byId} from './dom.js';
import {Emitter} from '../sdk/emitter.js';

/**
 * The composite, as large as there is room for. Says `frame` when the first frame of a stream
 * plays.
 *
 * @extends {Emitter<{frame: void}>}
 */
export class Stage extends Emitter {
  #video = byId('composite', HTMLVideoElement);
  #unmute = byId('unmute', HTMLButtonElement);
  #waiting = false;

  constructor() {
    super();
    for (const name of ['playing', 'loadeddata', 'resize', 'timeupdate'])
      this.#video.addEventListener(name, () => this.#look());
    this.#unmute.addEventListener('click', () => this.#play());
    this.#video.addEventListener('volumechange', () => {
      if (!this.#video.muted) this.#unmute.hidden = true; // By the video's own controls.
    });
  }

  /** Whether frames of the stream that is shown have come. */
  get playing() {
    return this.#video.srcObject !== null && !this.#waiting;
  }

  /** @param {MediaStream} stream */
  show(stream) {
    if (this.#video.srcObject === stream) return;
    this.#video.srcObject = stream;
    this.start();
  }

  /** Plays what somebody else has put into the video. */
  start() {
    this.#waiting = true;
    this.#play();
  }

  clear() {
    this.#waiting = false;
    this.#allowSound();
    this.#video.srcObject = null;
  }

  /** Without the button, it is the viewer who muted the video, and wants it so. */
  #allowSound() {
    if (!this.#unmute.hidden) this.#video.muted = false;
    this.#unmute.hidden = true;
  }

  /**
   * Browsers may refuse sound before the first touch; then the picture plays alone until there is
   * one.
   */
  async #play() {
    this.#allowSound();
    try {
      await this.#video.play();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NotAllowedError') return;
      this.#video.muted = true;
      this.#unmute.hidden = false;
      this.#video.play().catch((reason) => console.warn(`play: ${reason}`));
    }
  }

  #look() {
    const {videoWidth, videoHeight, readyState, paused} = this.#video;
    if (videoWidth > 0) this.#video.style.setProperty('--aspect', `${videoWidth / videoHeight}`);
    if (
      !this.#waiting ||
      paused ||
      videoWidth === 0 ||
      readyState < HTMLMediaElement.HAVE_CURRENT_DATA
    )
      return;
    this.#waiting = false;
    this.emit('frame', undefined);
  }
}
