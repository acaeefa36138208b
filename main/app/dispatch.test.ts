import { expect, test } from "vitest";
import { dispatch, type Handlers } from "./dispatch.ts";
import { Failure } from "./failure.ts";

const asked: unknown[] = [];
const handlers = {
  "document.openRecent": async (input: unknown) => {
    asked.push(input);
    return "opened";
  },
  "document.recent": async () => {
    throw new Failure("refused", "Not today.", { node: "guide" });
  },
  "document.open": async () => {
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", path: "/root/x" });
  },
  "app.info": async () => {
    throw new TypeError("x is undefined");
  },
} as unknown as Handlers;

test("a call that fits reaches its handler, without fields that the contract lacks", async () => {
  const result = await dispatch(handlers, "document.openRecent", { handle: "h", extra: 1 });
  expect(result).toEqual({ ok: true, value: "opened" });
  expect(asked).toEqual([{ handle: "h" }]);
});

test.each(["nope", "constructor", "__proto__", "toString", 7, null, undefined])("%s is no call", async (name) => {
  const result = await dispatch(handlers, name, {});
  expect(result).toMatchObject({ ok: false, error: { code: "refused" } });
});

test.each([null, undefined, "x", { handle: 7 }, {}])("input %j does not fit", async (input) => {
  const result = await dispatch(handlers, "document.openRecent", input);
  expect(result).toMatchObject({ ok: false, error: { code: "invalid" } });
});

test("errors cross as data", async () => {
  const refused = { code: "refused", message: "Not today.", node: "guide" };
  expect(await dispatch(handlers, "document.recent", {})).toEqual({ ok: false, error: refused });
  const disk = await dispatch(handlers, "document.open", {});
  expect(disk).toMatchObject({ ok: false, error: { code: "io", message: expect.stringContaining("/root/x") } });
  expect(await dispatch(handlers, "app.info", {})).toMatchObject({ ok: false, error: { code: "bug" } });
});
