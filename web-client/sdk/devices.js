import {Capture} from './capture.js';
import {Emitter} from './emitter.js';

/** @typedef {{change: void}} DevicesEvents */

/**
 * The camera and the microphone, and those that could be chosen instead.
 *
 * @extends {Emitter<DevicesEvents>}
 */
export class Devices extends Emitter {
  // Enough for a tile of the whole composite; what is sent follows the tile (camera_sender.js).
  camera = new Capture('video', {
    width: {ideal: 1280},
    height: {ideal: 720},
    frameRate: {ideal: 30},
  });
  microphone;
  /** Without labels until the person has allowed their use. @type {MediaDeviceInfo[]} */
  available = [];
  #isOpen = false;

  /**
   * @param {{processing: boolean}} options Whether the browser may clean up the voice; for music it had better not.
   */
  constructor({processing}) {
    super();
    this.microphone = new Capture('audio', {
      echoCancellation: processing,
      noiseSuppression: processing,
      autoGainControl: processing,
    });
    this.camera.on('change', () => this.#changed());
    this.microphone.on('change', () => this.#changed());
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#plugged());
  }

  /**
   * Opens whatever is wanted, with one question to the person rather than two. What can't be had
   * doesn't keep the other from being had, and isn't asked for again.
   */
  async open() {
    this.#isOpen = true;
    const wanted = [this.camera, this.microphone].filter(
      ({wanted, track, starting, problem}) => wanted && !track && !starting && !problem,
    );
    if (wanted.length === 2 && navigator.mediaDevices) await this.#openBoth();
    else await Promise.all(wanted.map((capture) => capture.start()));
    await this.#list();
  }

  /** Lets both go: the camera's light goes out. */
  close() {
    this.#isOpen = false;
    this.camera.close();
    this.microphone.close();
  }

  /** @param {MediaDeviceKind} kind */
  choices(kind) {
    return this.available.filter((device) => device.kind === kind && device.deviceId !== '');
  }

  async #openBoth() {
    this.camera.expect();
    this.microphone.expect();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: this.camera.constraints,
        audio: this.microphone.constraints,
      });
      if (this.camera.starting || this.microphone.starting) {
        this.camera.adopt(stream.getVideoTracks()[0]);
        this.microphone.adopt(stream.getAudioTracks()[0]);
      } else {
        for (const track of stream.getTracks()) track.stop(); // Closed before the person answered.
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'NotAllowedError' && !(await oneIsAllowed())) {
        this.camera.fail(error);
        this.microphone.fail(error);
        return;
      }
      // Unless the person has left meanwhile.
      if (this.camera.starting) await this.camera.start();
      if (this.microphone.starting) await this.microphone.start();
    }
  }

  /**
   * A device that was missing and is plugged in now is used by itself; not one that was there all
   * the time when another went.
   */
  async #plugged() {
    const before = this.available;
    await this.#list();
    const isNew = (/** @type {MediaDeviceInfo} */ {kind, deviceId}) =>
      !before.some((former) => former.kind === kind && former.deviceId === deviceId);
    for (const capture of [this.camera, this.microphone]) {
      const plugged = this.available.some(
        (device) => device.kind === `${capture.kind}input` && isNew(device),
      );
      const lacks = capture.problem === 'missing' || capture.problem === 'ended';
      if (this.#isOpen && plugged && capture.wanted && lacks && !capture.track)
        await capture.start();
    }
  }

  #changed() {
    this.emit('change', undefined);
    const named = this.available.some(({label}) => label !== '');
    if (!named && (this.camera.track || this.microphone.track)) this.#list();
  }

  async #list() {
    this.available = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.emit('change', undefined);
  }
}

/**
 * After both were refused together: whether the browser would give one of them. If it can't tell,
 * no: asking again right after a refusal is rude.
 */
async function oneIsAllowed() {
  try {
    const names = /** @type {PermissionName[]} */ (['camera', 'microphone']);
    const states = await Promise.all(
      names.map(async (name) => (await navigator.permissions.query({name})).state),
    );
    return states.includes('granted');
  } catch {
    return false;
  }
}
