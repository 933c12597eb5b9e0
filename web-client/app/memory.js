const prefix = 'tessera.';

/** @param {() => Storage} storage Throws where the browser blocks it; then nothing is remembered. */
const memoryIn = (storage) => ({
  /** @param {string} key */
  read(key) {
    try {
      return storage().getItem(prefix + key) ?? '';
    } catch {
      return '';
    }
  },

  /** @param {string} key @param {string} value */
  write(key, value) {
    try {
      storage().setItem(prefix + key, value);
    } catch {
      // A visit without memory is as good.
    }
  },
});

/** What the browser remembers for the next visit: one's name, the room, the devices. */
export const memory = memoryIn(() => localStorage);

/** What it forgets with the tab: the host key. */
export const tabMemory = memoryIn(() => sessionStorage);
