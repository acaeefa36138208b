import { isStill } from "../state/settings.ts";

/** Lets a ring pulse around a port or the control of a parameter, once the view has come to rest. */
export function pointAt(node: string, port: string): void {
  window.setTimeout(() => {
    const card = document.querySelector(`[data-testid="node-${CSS.escape(node)}"]`);
    const names = [`param-${node}-${port}`, `port-${node}-in-${port}`, `port-${node}-out-${port}`];
    const found = names.map((name) => card?.querySelector(`[data-testid="${CSS.escape(name)}"]`)).find(Boolean);
    const ring = (size: number) => ({ boxShadow: `0 0 0 ${size}px var(--focus)`, borderRadius: "6px" });
    found?.animate(isStill() ? [ring(3), ring(3)] : [ring(8), ring(2), ring(8), ring(2), ring(0)], { duration: 1200 });
  }, 260);
}
