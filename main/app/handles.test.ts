import { expect, test } from "vitest";
import { createHandles } from "./handles.ts";

test("a path keeps its handle, and the handle says nothing of the path", () => {
  const handles = createHandles();
  const handle = handles.grant("/home/ada/secret.json");
  expect(handles.grant("/home/ada/secret.json")).toBe(handle);
  expect(handles.grant("/home/ada/other.json")).not.toBe(handle);
  expect(handle).not.toContain("secret");
  expect(handles.path(handle)).toBe("/home/ada/secret.json");
});

test.each(["", "/etc/passwd", "__proto__", "constructor"])("%j is no handle", (name) => {
  expect(() => createHandles().path(name)).toThrow("not open any more");
});

test("a handle of an earlier start holds", () => {
  const handles = createHandles();
  handles.restore("old", "/a.json");
  expect(handles.path("old")).toBe("/a.json");
  expect(handles.grant("/a.json")).toBe("old");
});
