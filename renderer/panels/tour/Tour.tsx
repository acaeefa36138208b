import { useEffect, useState } from "react";
import { useKeys } from "../../state/bindings.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./tour.module.css";
import { endTour, nextStep, type TourStep, tourSteps, useTour } from "./tour.ts";

/** A few hints beside the window's parts. It blocks nothing: a person may work while it is there. */
export function Tour() {
  const number = useTour((state) => state.step);
  const step = number === null ? undefined : tourSteps[number];
  return step === undefined || number === null ? null : <Hint key={number} number={number} step={step} />;
}

const cardSize = { width: 300, height: 150 };
const margin = 12;

function Hint({ number, step: { title, text, target } }: { readonly number: number; readonly step: TourStep }) {
  const place = usePlace(target);
  const keys = useKeys();
  const isLast = number === tourSteps.length - 1;
  if (place === null) return null;
  return (
    <>
      <div className={styles.ring} style={ringAround(place)} aria-hidden />
      <section
        className={styles.card}
        style={beside(place)}
        aria-label="Tour"
        data-testid="tour"
        onKeyDown={(event) => event.key === "Escape" && endTour()}
      >
        <h2>{title}</h2>
        <p aria-live="polite">{text(keys)}</p>
        <footer>
          <span>
            {number + 1} of {tourSteps.length}
          </span>
          {!isLast && <Button onClick={endTour}>Skip the tour</Button>}
          <Button kind="primary" onClick={nextStep}>
            {isLast ? "Done" : "Next"}
          </Button>
        </footer>
      </section>
    </>
  );
}

/** Where the element of a selector is, in pixels of the window; follows the window's size. */
function usePlace(target: string): DOMRect | null {
  const [place, setPlace] = useState<DOMRect | null>(null);
  useEffect(() => {
    const look = () => setPlace(placeOf(target));
    look();
    // Cards move while the graph is fitted into the view.
    const timer = window.setInterval(look, 500);
    window.addEventListener("resize", look);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("resize", look);
    };
  }, [target]);
  return place;
}

/** The canvas stands in for a card that is not there. */
function placeOf(target: string): DOMRect | null {
  const found = document.querySelector(target) ?? document.querySelector("[data-testid=canvas]");
  return found?.getBoundingClientRect() ?? null;
}

function ringAround({ left, top, width, height }: DOMRect) {
  return { left: left - 4, top: top - 4, width: width + 8, height: height + 8 };
}

/** Below what it is about, or in it where that is large, always wholly in the window. */
function beside({ left, bottom, width, height }: DOMRect) {
  const isLarge = height > window.innerHeight / 2;
  const x = isLarge ? left + (width - cardSize.width) / 2 : left;
  const y = isLarge ? bottom - cardSize.height - 80 : bottom + margin;
  return {
    width: cardSize.width,
    left: Math.max(margin, Math.min(x, window.innerWidth - cardSize.width - margin)),
    top: Math.max(margin, Math.min(y, window.innerHeight - cardSize.height - margin)),
  };
}
