import { expect, test, vi } from "vitest";
import { forgetClosed, receive, useRuns } from "./runs.ts";

test("events arrive together, and a closed document takes its pictures with it", () => {
  vi.useFakeTimers();
  const revoke = vi.spyOn(URL, "revokeObjectURL");
  const images = { event: "images", node: "decode", pngs: [new Uint8Array([1])], width: 8, height: 8 } as const;
  const seen = vi.fn();
  const end = useRuns.subscribe(seen);
  for (const document of ["one", "two"]) receive({ job: `job-${document}`, document, number: 1, event: images });
  vi.runAllTimers();
  expect(seen).toHaveBeenCalledTimes(1);
  const url = useRuns.getState().byDocument.two?.nodes.decode?.images[0];
  forgetClosed(new Set(["one"]));
  expect(Object.keys(useRuns.getState().byDocument)).toEqual(["one"]);
  expect(revoke.mock.calls).toEqual([[url]]);
  forgetClosed(new Set(["one"]));
  expect(seen).toHaveBeenCalledTimes(2);
  end();
});
