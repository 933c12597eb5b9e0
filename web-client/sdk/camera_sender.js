import {differs, videoEncoding} from './video_encoding.js';

/** @import {Layout} from './messages.js' */
/** @import {Size, VideoEncoding} from './video_encoding.js' */

// The layout changes with everybody who comes and goes, and each larger picture begins with a
// keyframe: growing can wait a little, shrinking takes load off at once.
const between_raises_ms = 1_000;
// Browsers begin at some 300 kbit/s. A picture too large for that they shrink by themselves, and let
// it grow again only step by step, over 20 s: it had better not be too large before they know more.
const settling_ms = 3_000;
// A phone that is turned turns its camera's picture, and no event says so.
const look_again_ms = 2_000;

/** The camera on its way to the server, of which only as much is sent as its tile shows. */
export class CameraSender {
  #sender;
  /** @type {MediaStreamTrack | null} */
  #track;
  /** @type {Layout | null} */
  #layout = null;
  #self;
  /** @type {VideoEncoding} */
  #encoding;
  #raisableAt = performance.now() + settling_ms;
  #setting = false;
  #warned = false;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {RTCPeerConnection} peer
   * @param {MediaStreamTrack | null} track
   * @param {string} self One's own id.
   */
  constructor(peer, track, self) {
    this.#track = track;
    this.#self = self;
    this.#encoding = videoEncoding(null, self, sizeOf(track));
    this.#sender = peer.addTransceiver(track ?? 'video', {
      direction: 'sendrecv',
      sendEncodings: [{...this.#encoding}],
    }).sender;
  }

  /** @param {MediaStreamTrack | null} track */
  replaceTrack(track) {
    this.#track = track;
    this.#adapt();
    return this.#sender.replaceTrack(track);
  }

  /** @param {Layout} layout */
  show(layout) {
    this.#layout = layout;
    this.#adapt();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #adapt() {
    clearTimeout(this.#timer);
    if (this.#closed || this.#setting || !this.#track) return;
    const wanted = videoEncoding(this.#layout, this.#self, sizeOf(this.#track));
    let wait = look_again_ms;
    if (differs(this.#encoding, wanted)) {
      wait = isMore(wanted, this.#encoding) ? this.#raisableAt - performance.now() : 0;
      if (wait <= 0) {
        this.#set(wanted);
        return;
      }
    }
    this.#timer = setTimeout(() => this.#adapt(), wait);
  }

  /**
   * One call at a time: each needs the transaction of its own getParameters(). What comes meanwhile
   * is seen to after it.
   *
   * @param {VideoEncoding} wanted
   */
  async #set(wanted) {
    this.#setting = true;
    if (isMore(wanted, this.#encoding)) this.#raisableAt = performance.now() + between_raises_ms;
    this.#encoding = wanted;
    try {
      const parameters = this.#sender.getParameters();
      // Firefox before 110 has none until the first call.
      const [encoding = /** @type {RTCRtpEncodingParameters} */ ({})] = parameters.encodings ?? [];
      parameters.encodings = [Object.assign(encoding, wanted)];
      await this.#sender.setParameters(parameters);
    } catch (error) {
      if (!this.#warned && !this.#closed) console.warn(`The camera is not sent by its tile: ${error}`);
      this.#warned = true;
    }
    this.#setting = false;
    this.#adapt();
  }
}

/**
 * Whether it is a larger picture. To begin again after a rest isn't: whoever takes the stage is
 * seen at once.
 *
 * @param {VideoEncoding} after
 * @param {VideoEncoding} before
 */
function isMore(after, before) {
  return before.active && after.active && after.maxBitrate > before.maxBitrate;
}

/** @param {MediaStreamTrack | null} track @returns {Size | null} */
function sizeOf(track) {
  const {width, height} = track?.getSettings?.() ?? {};
  return width && height ? {width, height} : null;
}
