import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Width in pixels of the element that takes the reference, as it is laid out; 0 before that. */
export function useWidth<E extends Element>(): readonly [RefObject<E | null>, number] {
  const reference = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = reference.current;
    if (element === null) return;
    const measure = () => setWidth(Math.round(element.getBoundingClientRect().width));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [reference, width];
}
