/**
 * The page's browser refuses sound until it is touched. The tests' own look into a page counts as a
 * touch, so the real policy can't be had.
 */
export function refuseSound(page) {
  return page.addInitScript(() => {
    const play = HTMLMediaElement.prototype.play;
    let touched = false;
    addEventListener('pointerdown', () => (touched = true), true);
    HTMLMediaElement.prototype.play = function () {
      return this.muted || touched
        ? play.call(this)
        : Promise.reject(new DOMException('Not yet.', 'NotAllowedError'));
    };
  });
}
