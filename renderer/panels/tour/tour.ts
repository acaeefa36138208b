import { create } from "zustand";

export interface TourStep {
  readonly title: string;
  /** `keys` gives the shortcut of a command as it is now. */
  readonly text: (keys: (command: string) => string | undefined) => string;
  /** Selector of what the step is about. */
  readonly target: string;
}

const or = (chord: string | undefined) => (chord === undefined ? "" : ` (${chord.replaceAll("+", " ")})`);

/** What a person has to know to go on alone. */
export const tourSteps: readonly TourStep[] = [
  {
    title: "Run the graph",
    text: (keys) =>
      `This example is ready. Run${or(keys("run"))} makes the picture; the sampler’s card shows it sharpen.`,
    target: "[data-testid=run]",
  },
  {
    title: "Change something and run again",
    text: (keys) =>
      `Drag the scale or type a number. Only what depends on it runs again, and Undo${or(keys("undo"))} takes any step back.`,
    target: "[data-testid=node-guide]",
  },
  {
    title: "Add and connect nodes",
    text: () => "Double click the canvas to search for a node. Drag from a port: only what fits lights up.",
    target: "[data-testid=canvas]",
  },
  {
    title: "Start from a template",
    text: () => "The gallery has a workflow for each kind of guidance, with a picture of what it makes.",
    target: "[data-testid=rail-templates]",
  },
];

/** Number of the step that is shown, null while there is no tour. */
export const useTour = create<{ readonly step: number | null }>(() => ({ step: null }));

/** Shows the tour from its beginning. The program does so at its very first start only. */
export function startTour(): void {
  useTour.setState({ step: 0 });
}

export function endTour(): void {
  useTour.setState({ step: null });
}

/** Goes on to the next step; after the last one the tour ends. */
export function nextStep(): void {
  useTour.setState(({ step }) => ({ step: step === null || step + 1 >= tourSteps.length ? null : step + 1 }));
}
