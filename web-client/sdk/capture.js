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
  /**
   * With a track, it is about another device that was chosen in vain.
   *
   * @type {CaptureProblem | null}
   */
  problem = null;
  /** Whether the person wants it on. */
  wanted = true;
  starting = false;

  #kind;
  #constraints;
  #deviceId = '';
  /** What was in use until another one was chosen, as long as that isn't open. */
  #former = '';
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
    if (!on && this.#kind === 'video') this.#letGo();
    else if (this.track) this.track.enabled = on;
    else if (on) return this.start();
    this.emit('change', undefined);
  }

  /** The device to open when it comes to that, if it is there. @param {string} deviceId */
  prefer(deviceId) {
    this.#deviceId = deviceId;
  }

  /**
   * Takes another device, at once if it is on. One that can't be had costs nobody the one they had:
   * that is opened again.
   *
   * @param {string} deviceId
   */
  async choose(deviceId) {
    if (this.track) this.#former = this.track.getSettings().deviceId ?? '';
    this.#deviceId = deviceId;
    if (!this.track && !this.wanted) return;
    // A phone can't open a second camera beside the first.
    if (this.#kind === 'video') this.#release();
    await this.start();
  }

  /** Opens the device anew. Doesn't throw: `problem` says what went wrong. */
  start() {
    return this.#open(null);
  }

  /** @param {CaptureProblem | null} known What is to be told even if it opens. */
  async #open(known) {
    this.expect();
    const generation = ++this.#generation;
    try {
      if (!navigator.mediaDevices) throw new TypeError('No devices on an insecure page.');
      const stream = await navigator.mediaDevices.getUserMedia({[this.#kind]: this.constraints});
      const [track] = stream.getTracks();
      if (generation === this.#generation) this.adopt(track, known);
      else track.stop();
    } catch (error) {
      if (generation !== this.#generation) return;
      if (this.#former) await this.#goBack(problemOf(error));
      else this.fail(error);
    }
  }

  /** @param {CaptureProblem} problem With the device that was chosen. */
  #goBack(problem) {
    this.#deviceId = this.#former;
    this.#former = '';
    return this.#open(problem);
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
   * @param {CaptureProblem | null} [problem] With another device.
   */
  adopt(track, problem = null) {
    this.#letGo();
    this.track = track;
    this.problem = problem;
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
    this.#letGo();
    this.emit('change', undefined);
  }

  /** Without a way back, and with what was wrong about another device forgotten. */
  #letGo() {
    this.#former = '';
    if (this.track) this.problem = null;
    this.#release();
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
