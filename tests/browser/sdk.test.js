import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hue, initials} from '../../web-client/sdk/avatar.js';
import {backoff} from '../../web-client/sdk/backoff.js';
import {personName, roomName} from '../../web-client/sdk/names.js';

test('A room name becomes one that the server takes', () => {
  const table = {
    standup: 'standup',
    'Weekly call': 'Weekly-call',
    'Möbel & Küche': 'Mobel-Kuche',
    '  tidy  ': 'tidy',
    'a/b?c#d': 'a-b-c-d',
    'v1.2_final': 'v1.2_final',
    ﬁne: 'fine',
    会議: '',
    '': '',
    ['x'.repeat(80)]: 'x'.repeat(64),
  };
  for (const [text, name] of Object.entries(table)) assert.equal(roomName(text), name, text);
});

test("A person's name becomes one that the server takes", () => {
  const table = {
    'Ada Lovelace': 'Ada Lovelace',
    '  Ada\t\nLovelace ': 'Ada Lovelace',
    'Łukasz 🦉': 'Łukasz 🦉',
    ' \u0007 ': '',
    ['🦉'.repeat(80)]: '🦉'.repeat(64),
  };
  for (const [text, name] of Object.entries(table)) assert.equal(personName(text), name, text);
});

test("An avatar has the initials and the colour that the server's has", () => {
  // That of tests/mixer/drawing_test.cpp.
  const table = {
    'Anna Schmidt': 'AS',
    'Anna Maria von Schmidt': 'AS',
    bob: 'B',
    '  bob   builder ': 'BB',
    Q: 'Q',
    'jürgen östberg': 'JÖ',
    'u\u0308mit o\u0308z': 'ÜÖ', // decomposed umlauts
    ßuper: 'ß', // has no capital of one letter
    ĳsbrand: 'Ĳ',
    зоя: 'З',
    王小明: '王',
    '山田 太郎': '山太',
    '山田\u3000太郎': '山太', // an ideographic space
    'محمد علي': 'م\u200cع', // which would otherwise be joined into one
    '😀': '😀',
    '👩‍👩‍👧 Family': '👩‍👩‍👧F',
    '🇩🇪 Team': '🇩🇪T',
    '👋🏽': '👋🏽',
    'Ada Lovelace (she/her)': 'AL',
    '(Ada)': 'A',
    '"Ada" \'Lovelace\'': 'AL',
    'Ada - Lovelace -': 'AL',
    "Dr. Ada O'Neil": 'DO',
    '2nd guest': '2G',
    'C++': 'C',
    'two\nlines': 'TL',
    '': '?',
    ' \t\n': '?',
    '-- ...': '?',
    '\ufffd\ufffd': '?', // what a server makes of bytes that are no UTF-8
  };
  for (const [name, letters] of Object.entries(table)) assert.equal(initials(name), letters, name);
  // FNV-1a's published test vectors: 0x811c9dc5 for nothing, 0xe40c292c for "a".
  assert.equal(hue(''), 0x811c9dc5 / 2 ** 32);
  assert.equal(hue(' a '), 0xe40c292c / 2 ** 32);
});

test('Attempts to reconnect grow apart up to a limit, and are spread', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((attempt) => backoff(attempt, 0.5)),
    [400, 800, 1600, 3200],
  );
  assert.equal(backoff(50, 0.5), 8000);
  assert.deepEqual([backoff(0, 0), backoff(0, 1)], [300, 500]);
});
