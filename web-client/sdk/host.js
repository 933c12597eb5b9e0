import {Refusal} from './refusal.js';

/** @import {Output} from './messages.js' */

/**
 * @typedef {object} OutputRequest
 * @property {Output['kind']} kind
 * @property {string} [url] Of a broadcast.
 * @property {'mp4' | 'webm'} [format] Of a recording.
 * @property {boolean} [tracks] Of a recording: each participant in files of their own, too.
 * @property {'grid' | 'speaker'} [layout] Of what is sent; the grid if it isn't named.
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [frame_rate]
 * @property {number} [video_bitrate] In kbit/s.
 */

const answer_deadline_ms = 10_000;

/** Who has the server's host key: broadcasts and records a room. What fails throws a Refusal. */
export class Host {
  #outputs;
  #key;

  /**
   * @param {{url: string | URL, key: string}} access `url` is that of the room's outputs, as
   *   https://meet.example.org/api/rooms/standup/outputs
   */
  constructor({url, key}) {
    this.#outputs = new URL(url, globalThis.document?.baseURI);
    this.#key = key;
  }

  /** @param {OutputRequest} request @returns {Promise<Output>} */
  start(request) {
    return this.#ask('POST', '', request);
  }

  /** Only recordings can be paused. @param {string} id @param {boolean} paused @returns {Promise<Output>} */
  setPaused(id, paused) {
    return this.#ask('PATCH', `/${id}`, {paused});
  }

  /** @param {string} id @returns {Promise<Output>} */
  stop(id) {
    return this.#ask('DELETE', `/${id}`);
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #ask(method, path, body) {
    const response = await fetch(`${this.#outputs.href}${path}`, {
      method,
      headers: {
        // A header has no other letters than these; such a key is wrong in any case.
        Authorization: `Bearer ${this.#key.replace(/[^\x20-\x7e]/g, '?')}`,
        ...(body && {'Content-Type': 'application/json'}),
      },
      ...(body && {body: JSON.stringify(body)}),
      signal: AbortSignal.timeout(answer_deadline_ms),
    }).catch(unreachable);
    if (!response.ok) throw await Refusal.of(response);
    return response.json().catch(unreachable);
  }
}

/** @returns {never} */
function unreachable() {
  throw new Refusal('unreachable', 'The server cannot be reached.');
}
