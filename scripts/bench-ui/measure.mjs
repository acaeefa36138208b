// What is measured in a page, and how it is put into words.

/**
 * Goes into the page before anything else. `window.benchRenders` counts what React did in the commits since
 * `start()`: commits, components that rendered, and nodes of the graph in which any did. React reports to the hook of
 * its developer tools in production builds, too.
 */
export function countRenders() {
  const performedWork = 1;
  let counting = false;
  let commits = 0;
  let components = 0;
  let nodes = 0;
  let widest = 0;

  const isNode = ({ type, memoizedProps }) =>
    typeof type === "string" && `${memoizedProps?.className ?? ""}`.includes("react-flow__node ");
  function walk(fiber, within, touched) {
    const old = fiber.alternate;
    const isComponent = typeof fiber.type === "function" || (typeof fiber.type === "object" && fiber.type !== null);
    const isDone =
      (fiber.flags & performedWork) !== 0 &&
      (old === null ||
        old.memoizedProps !== fiber.memoizedProps ||
        old.memoizedState !== fiber.memoizedState ||
        old.ref !== fiber.ref);
    if (isComponent && isDone) {
      components++;
      if (within !== null) touched.add(within);
    }
    const inside = isNode(fiber) ? fiber : within;
    // A subtree that is the same object as before was passed over.
    if (old !== null && old.child === fiber.child) return;
    for (let child = fiber.child; child !== null; child = child.sibling) walk(child, inside, touched);
  }
  const hook = {
    supportsFiber: true,
    isDisabled: false,
    renderers: new Map(),
    inject: () => 1,
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    checkDCE() {},
    onCommitFiberRoot(_, { current }) {
      if (!counting) return;
      commits++;
      const touched = new Set();
      walk(current, null, touched);
      nodes += touched.size;
      widest = Math.max(widest, touched.size);
    },
  };
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = hook;
  window.benchRenders = {
    start() {
      counting = true;
      commits = components = nodes = widest = 0;
    },
    stop() {
      counting = false;
      return { commits, components, nodes, widest };
    },
  };

  // Times between frames, each with whether input arrived at either of its ends.
  let frames = null;
  let last = 0;
  let hadInput = false;
  let hasInput = false;
  const tick = () => {
    if (frames === null) return;
    const now = performance.now();
    if (last > 0 && (hadInput || hasInput)) frames.push(now - last);
    hadInput = hasInput;
    hasInput = false;
    last = now;
    requestAnimationFrame(tick);
  };
  const note = () => {
    hasInput = true;
  };
  for (const type of ["pointermove", "wheel", "keydown"])
    addEventListener(type, note, { capture: true, passive: true });
  window.benchFrames = {
    start() {
      frames = [];
      last = 0;
      hadInput = hasInput = false;
      requestAnimationFrame(tick);
    },
    stop() {
      const taken = frames;
      frames = null;
      return taken;
    },
  };
}

/** Chromium's own counts of a page. */
export async function counters(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    styles: of("RecalcStyleCount"),
    styleMs: of("RecalcStyleDuration") * 1000,
    scriptMs: of("ScriptDuration") * 1000,
    taskMs: of("TaskDuration") * 1000,
  };
}
