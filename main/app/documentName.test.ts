import { expect, test } from "vitest";
import {
  documentName,
  isPicture,
  pathInDocument,
  refuseDocumentName,
  safeName,
  withExtension,
} from "./documentName.ts";

test.each([
  ["/a/hello.fairlead.json", "hello"],
  ["/a/Other.json", "Other"],
  ["/a/fox.PNG", "fox"],
  ["/a/v1.2 draft", "v1.2 draft"],
])("the name of %s is %s", (path, name) => {
  expect(documentName(path)).toBe(name);
});

test("pictures are told from workflows", () => {
  expect(isPicture("/a/b.JPG")).toBe(true);
  expect(isPicture("/a/b.png.json")).toBe(false);
});

test("saved files end in .json", () => {
  expect(withExtension("/a/b")).toBe("/a/b.fairlead.json");
  expect(withExtension("/a/b.json")).toBe("/a/b.json");
});

test.each([
  ["a/b\\c:d", "abcd"],
  ["..", "Untitled"],
  ["  spaced. ", "spaced"],
  ["line\nbreak", "linebreak"],
])("%j becomes the file name %j", (suggested, name) => {
  expect(safeName(suggested)).toBe(name);
});

test("a file below the document's folder is relative, any other absolute", () => {
  const document = "/home/ada/work/a.fairlead.json";
  expect(pathInDocument(document, "/home/ada/work/models/unet")).toBe("models/unet");
  expect(pathInDocument(document, "/home/ada/pictures/x.png")).toBe("/home/ada/pictures/x.png");
  expect(pathInDocument(document, "/home/ada/work")).toBe("/home/ada/work");
  expect(pathInDocument(document, "/home/ada/work/..hidden/x.png")).toBe("..hidden/x.png");
  expect(pathInDocument(null, "/home/ada/work/x.png")).toBe("/home/ada/work/x.png");
});

test.each([
  ["a*b", "“*”"],
  ['say "hi"', '“"”'],
  ["line\nbreak", "“\\n”"],
  ["CON", "reserved"],
  ["lpt1.fairlead.json", "reserved"],
  ["図".repeat(100), "300 bytes"],
])("a document cannot be called %j", (name, why) => {
  expect(refuseDocumentName(`/w/${name}`)).toContain(why);
});

test.each(["100%$", "x.", "résumé 图", "e\u0301", "🦊", "console", "#1 & owl's", "x".repeat(200)])(
  "a document can be called %j",
  (name) => {
    expect(refuseDocumentName(`/w/${name}.fairlead.json`)).toBeNull();
  },
);
