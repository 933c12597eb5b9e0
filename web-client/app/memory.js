const prefix = 'tessera.';

/**
 * What the browser remembers for the next visit: one's name, the room, the devices. Nothing if
 * storage is blocked.
 */
export const memory = {
  /** @param {string} key */
  read(key) {
    try {
      return localStorage.getItem(prefix + key) ?? '';
    } catch {
      return '';
    }
  },

  /** @param {string} key @param {string} value */
  write(key, value) {
    try {
      localStorage.setItem(prefix + key, value);
    } catch {
      // A visit without memory is as good.
    }
  },
};
