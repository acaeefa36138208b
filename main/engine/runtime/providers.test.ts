import { expect, test } from "vitest";
import { candidates, chooseProvider } from "./providers.ts";

test("every platform ends with the cpu", () => {
  for (const platform of ["win32", "darwin", "linux"]) expect(candidates(platform).at(-1)).toBe("cpu");
  expect(candidates("win32")).toContain("dml");
  expect(candidates("darwin")).toContain("coreml");
  expect(candidates("linux")[0]).toBe("cuda");
});

test("the cpu needs no probe", async () => {
  expect(await chooseProvider("cpu", null)).toEqual({
    requested: "cpu",
    used: "cpu",
    tried: [{ device: "cpu", ok: true }],
  });
});

test("a device that this build lacks is reported, and the cpu used", async () => {
  const foreign = process.platform === "win32" ? "coreml" : "dml";
  const report = await chooseProvider(foreign, null);
  expect(report).toMatchObject({ requested: foreign, used: "cpu" });
  expect(report.tried[0]).toMatchObject({ device: foreign, ok: false, reason: expect.stringContaining("not part of") });
});

test("auto always finds something and says why it was not something faster", async () => {
  const report = await chooseProvider("auto", null);
  const others = report.tried.filter(({ device }) => device !== report.used);
  expect(report.tried.at(-1)).toMatchObject({ device: report.used, ok: true });
  for (const { reason } of others) expect(reason).toBeTruthy();
});
