import {Emitter} from './emitter.js';

/**
 * Why there is no sound or picture from a device although it is wanted. `insecure`: the page isn't
 * on https, where browsers offer no devices. `ended`: it was there and went, usually unplugged.
 *
 * @typedef {'refused' | 'missing' | 'busy' | 'insecure' | 'ended'} CaptureProblem
 */

/** @typedef {'audio' | 'video'} CaptureKind */

/**
 * @typedef {object} CaptureEvents
 * @property {void} change
 */

/**
 * A camera or a microphone: which one, whether it is active, and if not, why.
 *
 * A camera that is turned off is let go, so that its light goes out. A microphone stays open and
 * sends silence: it is back without delay, and its stream keeps its time.
 *
 * @extends {Emitter<CaptureEvents>}
 */
export class Capture extends Emitter {
  /** @type {MediaStreamTrack | null} */
  track = null;
  /** @type {CaptureProblem | null} */
  problem = null;
  /** Whether the person wants it on. */
  wanted = true;
  starting = false;

  #kind;
  #constraints;
  #deviceId = '';
  #generation = 0;

  /** @param {CaptureKind} kind @param {MediaTrackConstraints} constraints */
  constructor(kind, constraints) {
    super();
    this.#kind = kind;
    this.#constraints = constraints;
  }

  get kind() {
    return this.#kind;
  }

  get active() {
    return this.track !== null && this.track.enabled;
  }

  /** The device that is being opened, or in use, or chosen. Empty: whichever the browser takes. */
  get deviceId() {
    if (this.starting && this.#deviceId) return this.#deviceId;
    return this.track?.getSettings().deviceId ?? this.#deviceId;
  }

  get constraints() {
    return {...this.#constraints, ...(this.#deviceId && {deviceId: {ideal: this.#deviceId}})};
  }

  /** @param {boolean} on */
  async turn(on) {
    this.wanted = on;
    if (!on && this.#kind === 'video') this.#release();
    else if (this.track) this.track.enabled = on;
    else if (on) return this.start();
    this.emit('change', undefined);
  }

  /** The device to open when it comes to that, if it is there. @param {string} deviceId */
  prefer(deviceId) {
    this.#deviceId = deviceId;
  }

  /**
   * Takes another device, at once if it is on. One that can't be had costs nobody the one they had.
   *
   * @param {string} deviceId
   */
  async choose(deviceId) {
    const former = this.track ? this.deviceId : '';
    const isRefused = () =>
      former !== '' && this.#deviceId === deviceId && this.problem !== null && !this.starting;
    this.#deviceId = deviceId;
    if (!this.track && !this.wanted) return;
    await this.start();
    // A phone can't open a second camera beside the first, which was let go by that.
    if (isRefused()) await this.start();
    if (!isRefused()) return;
    this.#deviceId = former;
    await this.start();
  }

  /** Opens the device anew. Doesn't throw: `problem` says what went wrong. */
  async start() {
    this.expect();
    const generation = ++this.#generation;
    try {
      if (!navigator.mediaDevices) throw new TypeError('No devices on an insecure page.');
      const stream = await navigator.mediaDevices.getUserMedia({[this.#kind]: this.constraints});
      const [track] = stream.getTracks();
      if (generation === this.#generation) this.adopt(track);
      else track.stop();
    } catch (error) {
      if (generation === this.#generation) this.fail(error);
    }
  }

  /** Says that it is being opened elsewhere: adopt() or fail() follows. */
  expect() {
    this.starting = true;
    this.emit('change', undefined);
  }

  /**
   * Takes over a track that was opened elsewhere, in place of the one there was.
   *
   * @param {MediaStreamTrack} track
   */
  adopt(track) {
    this.#release();
    this.track = track;
    this.problem = null;
    track.enabled = this.wanted;
    track.onended = () => {
      this.#release();
      this.problem = 'ended';
      this.emit('change', undefined);
    };
    if (!this.wanted && this.#kind === 'video') this.#release();
    this.emit('change', undefined);
  }

  /** @param {unknown} error What getUserMedia threw. */
  fail(error) {
    this.#release();
    this.problem = problemOf(error);
    this.emit('change', undefined);
  }

  /** Lets the device go, without a change of mind: start() opens it again. */
  close() {
    this.#release();
    this.emit('change', undefined);
  }

  #release() {
    this.#generation++;
    this.starting = false;
    if (!this.track) return;
    this.track.onended = null;
    this.track.stop();
    this.track = null;
  }
}

/** @param {unknown} error @returns {CaptureProblem} */
function problemOf(error) {
  switch (error instanceof Error ? error.name : '') {
    case 'TypeError':
      return 'insecure';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    default:
      return 'busy';
  }
}
