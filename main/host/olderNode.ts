// What the engine uses of Node 20 and the Node 18 of the oldest supported Electron (25) lacks.

/** Aborts as soon as one of the signals does, with its reason. */
function anySignal(signals: Iterable<AbortSignal>): AbortSignal {
  const either = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) either.abort(signal.reason);
    else signal.addEventListener("abort", () => either.abort(signal.reason), { once: true, signal: either.signal });
  }
  return either.signal;
}

AbortSignal.any ??= anySignal;
