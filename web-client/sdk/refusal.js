const longest_wait_s = 60;

/** Why the server didn't do what a request asked for. */
export class Refusal extends Error {
  /**
   * @param {string} code The server's own, or `unreachable`.
   * @param {string} message For people.
   * @param {{status?: number, wait_ms?: number}} [answer] Its HTTP status, and how long the server
   *   wants to be left alone.
   */
  constructor(code, message, {status = 0, wait_ms = 0} = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.wait_ms = wait_ms;
  }

  /** Of an answer that may say why (RFC 9457). @param {Response} response */
  static async of(response) {
    const {code = '', title} = (await response.json().catch(() => null)) ?? {};
    const {status, headers} = response;
    const wait_s = Number(headers.get('Retry-After')) || 0; // A date counts for nothing.
    return new Refusal(code, title ?? `The server answers ${status}.`, {
      status,
      wait_ms: 1000 * Math.min(Math.max(wait_s, 0), longest_wait_s),
    });
  }
}
