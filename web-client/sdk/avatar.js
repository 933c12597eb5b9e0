// What stands for somebody's camera in the composite, so that a page can show the same:
// src/mixer/drawing.cpp.

const zero_width_non_joiner = '\u200c';

/** The letters: the first of the first and of the last word, in capitals. @param {string} name */
export function initials(name) {
  const words = tidy(name).split(' ');
  const bracketed = words.findIndex(isBracketed);
  const letters = (bracketed > 0 ? words.slice(0, bracketed) : words).map(initial).filter(Boolean);
  if (letters.length === 0) return '?';
  if (letters.length === 1) return letters[0];
  const joins = /^\p{Script=Arabic}/u.test(letters[0]);
  return letters[0] + (joins ? zero_width_non_joiner : '') + letters[letters.length - 1];
}

/** The colour, as a part of a turn of the colour wheel. @param {string} name */
export function hue(name) {
  // FNV-1a.
  const hash = new TextEncoder()
    .encode(tidy(name))
    .reduce((sum, byte) => Math.imul(sum ^ byte, 16777619), 2166136261);
  return (hash >>> 0) / 2 ** 32;
}

/** @param {string} name */
function tidy(name) {
  return name
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** "Ada Lovelace (she/her)" is AL. @param {string} word */
function isBracketed(word) {
  return /^\p{Ps}/u.test(word);
}

/**
 * What a reader takes for the first letter, be it built of several code points.
 *
 * @param {string} word
 */
function initial(word) {
  const text = word.replace(/^[\p{P}\p{Cf}\ufffd]+/u, '');
  const [first] = new Intl.Segmenter('en').segment(text);
  return [...(first?.segment ?? '')].map(capital).join('');
}

/** Of one letter, as ß has none. @param {string} letter */
function capital(letter) {
  const upper = letter.toUpperCase();
  return [...upper].length === 1 ? upper : letter;
}
