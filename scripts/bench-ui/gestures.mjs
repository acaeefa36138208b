// What a person does to a graph, through the browser's own input. Each gesture makes one move after another, each sent
// when the page has taken the one before, and ends where it began.

const leastMoves = 24;
const mostMoves = 90;
const longestMs = 2500;

/** Makes moves until there are enough of them. `move(t)` gets the angle of a walk around, 0 to 2π and on. */
async function repeat(move) {
  const started = Date.now();
  let count = 0;
  while (count < leastMoves || (count < mostMoves && Date.now() - started < longestMs)) {
    count++;
    await move((count / leastMoves) * 2 * Math.PI, count);
  }
  return count;
}

/** A page with a graph, either of the two. */
export class Stage {
  constructor(page, session, graph, box, isBare = false) {
    Object.assign(this, { page, session, graph, box, isBare });
  }

  mouse(type, { x, y }, rest = {}) {
    return this.session.send("Input.dispatchMouseEvent", { type, x, y, ...rest });
  }

  /** x and y of the canvas's origin in the window, and the zoom. */
  async transform() {
    const [a, e, f] = await this.page.evaluate(() => {
      const style = getComputedStyle(document.querySelector(".react-flow__viewport"));
      const matrix = new DOMMatrix(style.transform);
      return [matrix.a, matrix.e, matrix.f];
    });
    return { zoom: a, x: this.box.x + e, y: this.box.y + f };
  }

  async toScreen({ x, y }) {
    const at = await this.transform();
    return { x: at.x + x * at.zoom, y: at.y + y * at.zoom };
  }

  /** Zooms to a scale with the wheel over a place on the canvas, which stays where it is. */
  async zoomTo(scale, place) {
    const { zoom } = await this.transform();
    const at = await this.toScreen(place);
    await this.mouse("mouseMoved", at);
    await this.wheel(at, -Math.log2(scale / zoom) / 0.002);
    await this.page.waitForTimeout(600);
  }

  /** Moves the canvas until a place on it is in the middle of the window. */
  async bring(place) {
    const from = await this.toScreen(place);
    const held = { button: "middle", buttons: 4 };
    await this.mouse("mouseMoved", from);
    await this.mouse("mousePressed", from, { ...held, clickCount: 1 });
    await this.mouse("mouseMoved", { x: (from.x + this.middle.x) / 2, y: (from.y + this.middle.y) / 2 }, held);
    await this.mouse("mouseMoved", this.middle, held);
    await this.mouse("mouseReleased", this.middle, { button: "middle", clickCount: 1 });
    await this.page.waitForTimeout(600);
  }

  /** Waits until the page has drawn what it was told. */
  async settle() {
    const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
    await this.page.evaluate(frame);
  }

  /** Shows the graph at a scale with a place in the middle. */
  async show(scale, place) {
    await this.zoomTo(scale, place);
    await this.bring(place);
  }

  wheel(at, deltaY) {
    return this.mouse("mouseWheel", at, { deltaX: 0, deltaY });
  }

  get middle() {
    const { x, y, width, height } = this.box;
    return { x: x + width / 2, y: y + height / 2 };
  }

  /** Place of the node in the middle of the graph. */
  centre() {
    const { columns, nodes } = this.graph;
    const rows = Math.ceil(nodes.length / columns);
    return nodes[Math.floor(rows / 2) * columns + Math.floor(columns / 2)].position;
  }

  /** The node whose place is nearest to the middle of the window, among those that fit. */
  async nearest(fits = () => true) {
    const { zoom, x, y } = await this.transform();
    const distance = ({ position }) =>
      Math.hypot(x + (position.x + 80) * zoom - this.middle.x, y + (position.y + 60) * zoom - this.middle.y);
    return this.graph.nodes.filter(fits).reduce((a, b) => (distance(a) <= distance(b) ? a : b));
  }

  /** Where to take hold of a node: a place of its card that drags it, far enough inside for a small scale. */
  async gripOf({ position }) {
    const { zoom } = await this.transform();
    const y = this.isBare ? 110 : zoom < 0.5 ? 34 : 16;
    return this.toScreen({ x: position.x + 70, y: position.y + y });
  }

  async pan() {
    const start = this.middle;
    const held = { button: "middle", buttons: 4 };
    await this.mouse("mouseMoved", start);
    await this.mouse("mousePressed", start, { ...held, clickCount: 1 });
    const count = await repeat((t) =>
      this.mouse("mouseMoved", { x: start.x + 120 * Math.sin(t), y: start.y + 60 * (1 - Math.cos(t)) }, held),
    );
    await this.mouse("mouseMoved", start, held);
    await this.mouse("mouseReleased", start, { button: "middle", clickCount: 1 });
    return count;
  }

  async zoom() {
    await this.mouse("mouseMoved", this.middle);
    const count = await repeat((_, number) => this.wheel(this.middle, number % 24 < 12 ? 24 : -24));
    const rest = Array.from({ length: count }, (_, i) => ((i + 1) % 24 < 12 ? 24 : -24)).reduce((a, b) => a + b, 0);
    await this.wheel(this.middle, -rest);
    return count;
  }

  async drag() {
    const node = await this.nearest((one) => this.chosen === undefined || this.chosen.includes(one));
    const start = await this.gripOf(node);
    const held = { button: "left", buttons: 1 };
    await this.mouse("mouseMoved", start);
    await this.mouse("mousePressed", start, { ...held, clickCount: 1 });
    const count = await repeat((t) =>
      this.mouse("mouseMoved", { x: start.x + 40 * Math.sin(t), y: start.y + 24 * (1 - Math.cos(t)) }, held),
    );
    await this.mouse("mouseMoved", start, held);
    await this.settle();
    await this.mouse("mouseReleased", start, { button: "left", clickCount: 1 });
    return count;
  }

  /** Selects about fifty nodes in the middle with a frame: ten beside each other in five rows. Returns how many. */
  async selectFifty() {
    const { columns, nodes } = this.graph;
    const rows = Math.ceil(nodes.length / columns);
    const [wide, high] = [Math.min(10, columns), Math.min(5, rows)];
    const [left, top] = [Math.floor((columns - wide) / 2), Math.floor((rows - high) / 2)];
    this.chosen = nodes.filter((_, index) => {
      const [column, row] = [index % columns, Math.floor(index / columns)];
      return column >= left && column < left + wide && row >= top && row < top + high;
    });
    const first = this.chosen[0].position;
    const from = await this.toScreen({ x: first.x - 24, y: first.y - 16 });
    const to = await this.toScreen({ x: first.x + (wide - 1) * 320 + 120, y: first.y + (high - 1) * 440 + 24 });
    const held = { button: "left", buttons: 1, modifiers: 8 };
    await this.session.send("Input.dispatchKeyEvent", {
      type: "keyDown",
      key: "Shift",
      code: "ShiftLeft",
      modifiers: 8,
    });
    await this.page.waitForTimeout(100);
    await this.mouse("mouseMoved", from, { modifiers: 8 });
    await this.mouse("mousePressed", from, { ...held, clickCount: 1 });
    for (const share of [0.1, 0.5, 0.9, 1]) {
      await this.mouse(
        "mouseMoved",
        { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) },
        held,
      );
    }
    await this.mouse("mouseReleased", to, { button: "left", clickCount: 1, modifiers: 8 });
    await this.session.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Shift", code: "ShiftLeft" });
    await this.page.waitForTimeout(300);
  }

  /** Types into the text field nearest to the middle. */
  async type() {
    const field = await this.page.evaluateHandle(({ x, y }) => {
      const distance = (one) => {
        const { left, top, width, height } = one.getBoundingClientRect();
        return Math.hypot(left + width / 2 - x, top + height / 2 - y);
      };
      const all = [...document.querySelectorAll(".react-flow__node :is(textarea, .card input)")];
      return all.sort((a, b) => distance(a) - distance(b))[0];
    }, this.middle);
    await field.asElement().evaluate((one) => one.focus({ preventScroll: true }));
    return repeat(async (_, number) => {
      const key = "abcdefgh "[number % 9];
      await this.session.send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key });
      await this.session.send("Input.dispatchKeyEvent", { type: "keyUp", key });
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done())));
    });
  }
}
