// From a key press to the new figure painted: marks and words changed, and two frames later.
window.benchmark = {
  marks() {
    return [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg")].map((svg) => svg.innerHTML).join("|");
  },
  words() {
    const places = document.querySelectorAll("h1, .cg-count");
    return [...places].map((place) => place.textContent).join("|");
  },
  // Begins to watch; `pressed` then holds a promise of {painted, settled} in milliseconds, painted null if nothing came.
  arm(quiet) {
    const before = [this.marks(), this.words()];
    this.pressed = new Promise((resolve) => {
      let start = null, painted = null, last = null, dirty = false, shown = false;
      // That a run began or ended is not seen by a viewer, but the next press waits for it.
      const state = "data-test-script-state", app = document.querySelector(`[${state}]`);
      const observer = new MutationObserver((changes) => {
        if (changes.some((change) => change.attributeName !== state)) { dirty = true; last = performance.now(); }
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      const onKey = () => { start = performance.now(); last = start; };
      document.addEventListener("keydown", onKey, { capture: true, once: true });
      const look = () => {
        const now = performance.now();
        if (dirty && !shown && start !== null) {
          dirty = false;
          shown = this.marks() !== before[0] && this.words() !== before[1];
          if (shown) requestAnimationFrame(() => requestAnimationFrame(() => { painted = performance.now() - start; }));
        }
        const running = app.getAttribute(state) !== "notRunning";
        if (start !== null && now - last > quiet && !running && (painted !== null || now - start > 4 * quiet)) {
          observer.disconnect();
          resolve({ painted, settled: last - start });
        } else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  },
};
