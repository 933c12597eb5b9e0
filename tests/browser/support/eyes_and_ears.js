// Runs in the page: looks at the composite's pixels and listens to its sound.
(() => {
  const near = 60;
  // Pixels that are looked at: looking must not take the time of what is looked at.
  const most_pixels_a_side = 128;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', {willReadFrequently: true});

  const composite = () => document.querySelector('[data-testid="composite"]');

  const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

  /** The pixels of a rectangle given in fractions of the composite's size. */
  function pixels({x, y, width, height}) {
    const video = composite();
    const from = [x * video.videoWidth, y * video.videoHeight].map(Math.round);
    const size = [width * video.videoWidth, height * video.videoHeight].map((length) =>
      Math.max(1, Math.round(length)),
    );
    [canvas.width, canvas.height] = size.map((length) =>
      Math.min(length, most_pixels_a_side),
    );
    context.drawImage(video, ...from, ...size, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
  }

  /** The mean of a small square around the place. */
  function colourAt(x, y) {
    const side = 0.02;
    const data = pixels({x: x - side / 2, y: y - side / 2, width: side, height: side});
    const sum = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) sum[c] += data[i + c];
    return sum.map((value) => Math.round(value / (data.length / 4)));
  }

  function share(colour, area) {
    const data = pixels(area);
    let hits = 0;
    for (let i = 0; i < data.length; i += 4)
      if (distance(colour, [data[i], data[i + 1], data[i + 2]]) < near) hits++;
    return hits / (data.length / 4);
  }

  function tiles() {
    const {layout, people} = window.tessera.meeting;
    return layout.map(({participant, ...place}) => ({
      name: people.find(({id}) => id === participant)?.name,
      ...place,
    }));
  }

  function describe(expected) {
    return tiles().map(({name, x, y, width, height}) => ({
      name,
      at: colourAt(x + width / 2, y + height / 2),
      shares: expected.map(({colour}) => share(colour, {x, y, width, height}).toFixed(2)),
    }));
  }

  /**
   * Whether each tile's centre has its owner's colour, there is a tile for each of them, and none
   * for others.
   */
  function see(expected) {
    const all = tiles();
    if (composite().videoWidth === 0 || all.length !== expected.length) return false;
    return all.every(({name, x, y, width, height}) => {
      const owner = expected.find((person) => person.name === name);
      return owner && distance(owner.colour, colourAt(x + width / 2, y + height / 2)) < near;
    });
  }

  // When the person last pressed a key or a button.
  let acted;
  for (const type of ['keydown', 'click'])
    addEventListener(type, () => (acted = Date.now()), {capture: true});

  /** Frames a second over an interval, as decoded and as presented, and their size. */
  async function frameRate(seconds) {
    const decoded = async () => {
      for (const report of (await window.tessera.meeting.stats()).values()) {
        if (report.type === 'inbound-rtp' && report.kind === 'video') return report;
      }
      throw new Error('No video comes in.');
    };
    const before = {
      ...(await decoded()),
      presented: composite().getVideoPlaybackQuality().totalVideoFrames,
    };
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const after = {
      ...(await decoded()),
      presented: composite().getVideoPlaybackQuality().totalVideoFrames,
    };
    const elapsed = (after.timestamp - before.timestamp) / 1000;
    return {
      decoded: (after.framesDecoded - before.framesDecoded) / elapsed,
      presented: (after.presented - before.presented) / elapsed,
      width: after.frameWidth,
      height: after.frameHeight,
    };
  }

  /** How one's camera is sent. */
  async function sent() {
    const reports = [...(await window.tessera.meeting.stats()).values()];
    const video = reports.find(({type, kind}) => type === 'outbound-rtp' && kind === 'video');
    return {
      width: video?.frameWidth ?? 0,
      height: video?.frameHeight ?? 0,
      frames: video?.framesSent ?? 0,
      limitedBy: video?.qualityLimitationReason,
    };
  }

  let analyser;

  function listen() {
    if (analyser) return;
    const audio = new AudioContext({sampleRate: 48_000});
    analyser = new AnalyserNode(audio, {
      fftSize: 32_768,
      smoothingTimeConstant: 0,
      minDecibels: -160,
    });
    audio
      .createMediaStreamSource(new MediaStream(composite().srcObject.getAudioTracks()))
      .connect(analyser);
  }

  /** How loud each tone is right now, in dB below full scale. */
  function tones(frequencies_hz) {
    listen();
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    const width_hz = 24_000 / spectrum.length;
    return frequencies_hz.map((frequency) => {
      const bin = Math.round(frequency / width_hz);
      return Math.max(-160, ...spectrum.subarray(bin - 4, bin + 5));
    });
  }

  /** Some spectra that don't overlap: the loudest that each tone was, and the quietest. */
  async function heard(frequencies_hz, spectra) {
    const all = [];
    for (let i = 0; i < spectra; i++) {
      const from = analyser.context.currentTime;
      while (analyser.context.currentTime - from < analyser.fftSize / 48_000)
        await new Promise(requestAnimationFrame);
      all.push(tones(frequencies_hz));
    }
    return frequencies_hz.map((_, tone) => ({
      loudest: Math.max(...all.map((levels) => levels[tone])),
      quietest: Math.min(...all.map((levels) => levels[tone])),
    }));
  }

  window.eyes = {tiles, see, describe, colourAt, share, frameRate, sent, acted: () => acted};
  window.ears = {tones, heard};
})();
