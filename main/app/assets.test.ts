import { expect, test } from "vitest";
import { assetPath, contentPolicy, mediaType } from "./assets.ts";

test("files of the page are found below the folder", () => {
  expect(assetPath("/app/renderer", "app://fairlead/")).toBe("/app/renderer/index.html");
  expect(assetPath("/app/renderer", "app://fairlead/assets/a%20b.js?x=1#y")).toBe("/app/renderer/assets/a b.js");
});

test.each([
  "app://fairlead/..%2f..%2fetc/passwd",
  "app://fairlead/%2e%2e/%2e%2e/etc/passwd%00.html",
  "app://fairlead/..%5c..%5csecret",
  "app://fairlead/%2e%2e%2frenderer-secret/key",
  "app://other/index.html",
  "file:///etc/passwd",
  "https://fairlead/index.html",
  "app://fairlead/%E0%A4%A",
  "nonsense",
])("%s means no file", (address) => {
  expect(assetPath("/app/renderer", address)).toBeNull();
});

test("a path with dots inside the folder stays inside it", () => {
  expect(assetPath("/app/renderer", "app://fairlead/../../index.html")).toBe("/app/renderer/index.html");
});

test("scripts and styles get their media type, the unknown none in particular", () => {
  expect(mediaType("/a/b.js")).toContain("text/javascript");
  expect(mediaType("/a/b.exe")).toBe("application/octet-stream");
});

test("the content policy allows neither eval nor inline scripts nor other origins", () => {
  const scripts = contentPolicy.split("; ").find((part) => part.startsWith("script-src"));
  expect(scripts).toBe("script-src 'self'");
  expect(contentPolicy).toContain("default-src 'none'");
  expect(contentPolicy).not.toMatch(/unsafe-eval|https?:/);
});
