const qualities = [
  'amber',
  'bright',
  'calm',
  'clear',
  'early',
  'gentle',
  'golden',
  'green',
  'quiet',
  'silver',
  'sunny',
  'warm',
];
const places = [
  'bridge',
  'courtyard',
  'forum',
  'garden',
  'harbour',
  'island',
  'lantern',
  'meadow',
  'orchard',
  'river',
  'terrace',
  'villa',
];

/** A name for a new room that is easy to say and hard to run into. */
export function suggestRoom() {
  const numbers = crypto.getRandomValues(new Uint32Array(3));
  return `${qualities[numbers[0] % qualities.length]}-${places[numbers[1] % places.length]}-${1000 + (numbers[2] % 9000)}`;
}
