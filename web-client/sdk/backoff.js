const first_ms = 400;
const longest_ms = 8000;

/**
 * How long to wait before an attempt, in milliseconds: twice as long each time, spread by a quarter
 * either way so that a room full of people doesn't come back to a restarted server in the same
 * instant.
 *
 * @param {number} attempt 0 for the first.
 * @param {number} [chance] From 0 to 1.
 */
export function backoff(attempt, chance = Math.random()) {
  return Math.min(longest_ms, first_ms * 2 ** attempt) * (0.75 + chance / 2);
}
