const quietest_db = -60;
// Often enough for a lively meter. At each frame of the screen, the page took ten times the CPU in
// a meeting.
const interval_ms = 80;
const fall_per_interval = 0.15;
const steps = 20;

/** @type {AudioContext | null} */
let context = null;

/**
 * One for the page, as browsers limit their number. It sleeps until the first key or touch, by the
 * browsers' rule.
 */
function audioContext() {
  if (context) return context;
  const made = new AudioContext();
  context = made;
  const wake = () => made.resume();
  addEventListener('pointerdown', wake);
  addEventListener('keydown', wake);
  return made;
}

/** Shows how loud a microphone is, as the custom property `--level` (0 to 1) of some elements. */
export class LevelMeter {
  #elements;
  /** @type {MediaStreamTrack | null} */
  #track = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {AnalyserNode | null} */
  #analyser = null;
  #samples = new Float32Array(1024);
  #level = 0;
  #timer = 0;

  /** @param {HTMLElement[]} elements */
  constructor(...elements) {
    this.#elements = elements;
  }

  /** @param {MediaStreamTrack | null} track */
  listen(track) {
    if (track === this.#track) return;
    this.#track = track;
    this.#source?.disconnect();
    this.#source = null;
    clearInterval(this.#timer);
    this.#show(0);
    if (!track) return;
    const context = audioContext();
    this.#analyser ??= new AnalyserNode(context, {fftSize: this.#samples.length});
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
    this.#timer = setInterval(() => this.#measure(), interval_ms);
  }

  #measure() {
    this.#analyser?.getFloatTimeDomainData(this.#samples);
    const power =
      this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / this.#samples.length;
    const level = Math.min(1, Math.max(0, 1 - (10 * Math.log10(power + 1e-10)) / quietest_db));
    this.#show(Math.max(level, this.#level - fall_per_interval));
  }

  /** @param {number} level */
  #show(level) {
    const changes = Math.round(level * steps) !== Math.round(this.#level * steps);
    this.#level = level;
    if (!changes) return;
    const shown = Math.round(level * steps) / steps;
    for (const element of this.#elements) element.style.setProperty('--level', `${shown}`);
  }
}
