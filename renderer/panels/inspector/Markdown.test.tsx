import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Markdown } from "./Markdown.tsx";

const displayed = (text: string) => renderToStaticMarkup(<Markdown text={text} />).match(/katex-display/g)?.length ?? 0;

test("formulas that stand alone are displayed, on one line, on several, or between fences", () => {
  expect(displayed("Text\n\n$$a + b$$\n\nmore")).toBe(1);
  expect(displayed("$$a = b,\n\\quad c$$\n\nand more")).toBe(1);
  expect(displayed("$$\na = b,\nc\n$$\n\n$$d$$")).toBe(2);
  expect(displayed("within $a$ a line, and a price of $5")).toBe(0);
});
