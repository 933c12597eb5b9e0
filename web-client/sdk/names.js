const longest = 64;

/**
 * The nearest room name that the server accepts: `A-Z a-z 0-9 . _ -`, at most 64. Accents go,
 * whatever else isn't allowed becomes a hyphen. Empty if nothing is left.
 *
 * @param {string} text
 */
export function roomName(text) {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .slice(0, longest)
    .replace(/^-|-$/g, '');
}

/**
 * The nearest participant's name that the server accepts: 1 to 64 characters without control
 * characters. Empty if nothing is left.
 *
 * @param {string} text
 */
export function personName(text) {
  const tidy = text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  return [...tidy].slice(0, longest).join('').trim();
}
