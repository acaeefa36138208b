import fc from "fast-check";
import { expect, test } from "vitest";
import * as t from "../tensor/index.ts";
import { expectSlopes } from "../tensor/testing.ts";
import { checkNames, evaluate } from "./evaluate.ts";
import { parse } from "./parse.ts";
import { perSample, type Value } from "./values.ts";

function worth(text: string, values: Readonly<Record<string, Value>> = {}): Value {
  const expression = parse(text);
  checkNames(expression, Object.keys(values));
  return evaluate(expression, values);
}

test.each([
  ["1 + 2 * 3", 7],
  ["(1 + 2) * 3", 9],
  ["8 - 3 - 2", 3],
  ["8 / 2 / 2", 2],
  ["2 ^ 3 ^ 2", 512],
  ["-2 ^ 2", -4],
  ["2 ^ -1", 0.5],
  ["-3 * -2 - +1", 5],
  ["1.5e1 + .5", 15.5],
  ["max(1, 2, min(9, 3), -4)", 3],
  ["clamp(7, 0, 1) + abs(-2) + sqrt(9)", 6],
  ["log(exp(2)) + sin(pi / 2) + log(e)", 4],
  ["sigmoid(0) - exp(log_sigmoid(0))", 0],
])("%s = %d", (text, value) => {
  expect(worth(text)).toBeCloseTo(value, 12);
});

test("sums and products read as JavaScript reads them", () => {
  const sign = fc.constantFrom("+", "-", "*", "/");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), sign), { minLength: 1, maxLength: 30 }), (parts) => {
      const text = `${parts.map(([number, one]) => `${number} ${one}`).join(" ")} 1`;
      const [first, ...rest] = text.split(" ");
      const terms = [Number(first)];
      for (let i = 0; i < rest.length; i += 2) {
        const number = Number(rest[i + 1]);
        if (rest[i] === "*") terms.push(terms.pop()! * number);
        else if (rest[i] === "/") terms.push(terms.pop()! / number);
        else terms.push(rest[i] === "-" ? -number : number);
      }
      expect(worth(text)).toBeCloseTo(
        terms.reduce((sum, term) => sum + term, 0),
        9,
      );
    }),
  );
});

const x = t.fromNumbers(
  Array.from({ length: 24 }, (_, i) => 0.5 + 0.4 * Math.sin(i * 1.9)),
  [2, 3, 2, 2],
  "float64",
);
const r1 = t.fromNumbers([0.3, -0.8], [2], "float64");
const row = t.fromNumbers([0.1, 0.7, 0.2, 0.4], [1, 1, 2, 2], "float64");
const list = (value: Value) => (typeof value === "number" ? [value] : Array.from(value.data));

test("samples, channels and rows are spread to each other", () => {
  const spread = worth("x * r1 + t1 - 1", { x, r1, t1: row });
  const numbers = Array.from(x.data, (one, i) => one * r1.data[Math.floor(i / 12)] + row.data[i % 4] - 1);
  list(spread).forEach((one, i) => void expect(one).toBeCloseTo(numbers[i], 12));
  expect(list(worth("mean(x) - sum(x) / 12", { x }))).toEqual([0, 0].map((zero) => expect.closeTo(zero, 12)));
});

test("parts of pictures", () => {
  const red = worth("red(x)", { x });
  expect(red).toMatchObject({ shape: [2, 1, 2, 2] });
  expect(list(red)).toEqual([...x.data.slice(0, 4), ...x.data.slice(12, 16)]);
  expect(list(worth("crop(t1, 0.5, 0, 1, 1)", { t1: row }))).toEqual([0.7, 0.4]);
  expect(list(worth("dx(t1)", { t1: row }))).toEqual([0.6, 0.2].map((step) => expect.closeTo(step, 12)));
  expect(list(worth("mirror(t1)", { t1: row }))).toEqual([0.7, 0.1, 0.4, 0.2]);
});

test.each([
  "mean(x ^ 2) - 0.5 * norm(x - 0.3)",
  "x ^ 1.7 / (1 + x) - tanh(2 * x) + r1",
  "r1 ^ 2 * mean(abs(dx(x))) + std(blur(x, 0.6)) - quantile(x, 0.3)",
  "min(r1, mean(red(x)), 0.4) + max(0, sum(dy(channel(x, 2))))",
  "dot(x, t1) / norm(t1) + mean(clamp(x, 0.2, 0.6)) - mean(crop(x, 0, 0, 0.5, 1))",
  "mean(t1 ^ x) + log_sigmoid(r1) * sigmoid(mean(mirror(x) - x)) + mean(sqrt(x) + exp(-x) + log(x) + cos(x))",
])("the gradient of %s", async (text) => {
  await expectSlopes(x, async (input) => {
    const value = worth(text, { x: input, r1, t1: row });
    return typeof value === "number" ? t.full([2], value) : value;
  });
});

test.each([
  ["", "The expression is empty. Write one, such as mean(x)."],
  ["1 +", "The expression ends where a number, a name or “(” belongs."],
  ["(1 + 2", "The expression ends where “)” belongs."],
  ["1 2", "There is “2” at character 3 where a sign such as + or the end belongs."],
  ["mean()", "There is “)” at character 6 where a number, a name or “(” belongs."],
  ["1 + $", "“$” at character 5 means nothing in an expression."],
  ["x.constructor", "“.” at character 2 means nothing in an expression."],
  ["y + 1", "There is no “y” here. There are x, pi, e."],
  ["mean", "mean is a function. Write mean(…)."],
  ["constructor(1)", /^There is no function constructor\(…\)\. There are abs, sqrt, /],
  ["__proto__", "There is no “__proto__” here. There are x, pi, e."],
  ["clamp(x)", "clamp(…) takes 3 parts, not 1."],
  ["clamp(x, mean(x), 1)", "The lower end of clamp(…) must be a plain number."],
  ["crop(x, 1, 0, 0, 1)", "crop(…) leaves no pixel. Its edges are left, top, right, bottom, each 0 to 1."],
  ["channel(x, 3)", "There is no channel 3. This has 3, counted from 0."],
  ["red(mean(x))", "red(…) is of a picture, but this is 2."],
  ["x + dx(x)", "2 × 3 × 2 × 2 and 2 × 3 × 2 × 1 do not fit together."],
  [`${"(".repeat(61)}1`, "The expression has more than 60 parts inside one another. Split it up."],
  [`${"-".repeat(61)}1`, "The expression has more than 60 parts inside one another. Split it up."],
  ["1".repeat(4001), "The expression has 4001 characters, more than 4000. Make it shorter."],
])("refused: %s", (text, message) => {
  expect(() => worth(text, { x })).toThrow(message);
});

test("a long flat sum is fine; one that would fill the memory is refused", () => {
  expect(worth(`1${"+1".repeat(1900)}`)).toBe(1901);
  const long = parse(`x${"+x".repeat(300)}`);
  expect(() => evaluate(long, { x }, 299 * 24)).toThrow("too many numbers for the memory");
  expect(evaluate(long, { x }, 300 * 24)).toMatchObject({ shape: x.shape });
});

test("the result is one value for each sample", () => {
  expect(perSample(2, 3).data).toEqual(Float64Array.of(2, 2, 2));
  expect(perSample(r1, 2)).toBe(r1);
  expect(() => perSample(x, 2)).toThrow(
    "The expression gives 2 × 3 × 2 × 2 values, not one for each of 2 samples. Put mean(…) around it.",
  );
});
