import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Cite } from "./Cite.tsx";

const cite = { id: "arXiv:2207.12598", by: "Ho and Salimans, 2022", title: "Classifier-Free Diffusion Guidance" };

test("a work is linked, and the other nodes that rest on it are named", () => {
  const page = renderToStaticMarkup(<Cite cite={cite} also={["Perp-Neg", "Guidance"]} />);
  expect(page).toContain('href="https://arxiv.org/abs/2207.12598"');
  expect(page).toContain("Also in Perp-Neg, Guidance");
  expect(renderToStaticMarkup(<Cite cite={cite} />)).not.toContain("Also in");
});
