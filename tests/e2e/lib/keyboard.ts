// A person without a mouse: goes from stop to stop with Tab, and has to see where the focus is.
import assert from 'node:assert/strict';

export interface Keys {
  press(key: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

export interface Stop {
  words: string;
  seen: boolean;
  inDialog: boolean;
}

export interface Keyboard {
  /** What has the focus; without words: nothing has. */
  focus(): Promise<Stop>;
  /** On with Tab until a stop says so. */
  goTo(words: string): Promise<void>;
  /** Every stop of the page, once round: from the first to the last. */
  round(first: string): Promise<string[]>;
}

const STOPS_MAX = 150; // no page of a test has more of them

// What has the focus, and whether one sees that: a ring or a shadow around it, within the window, and nothing over it.
const STOP = `(() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return { words: '', seen: true, inDialog: false };
  const said = one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
  const [line] = one.getClientRects();
  const hit = line === undefined ? null : document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
  const ring = (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  return { words: said.trim().split('\\n')[0].trim(), seen: ring && one.contains(hit), inDialog: one.closest('dialog') !== null };
})()`;

export function keyboardOf({ press, evaluate }: Keys): Keyboard {
  const focus = async (): Promise<Stop> => (await evaluate(STOP)) as Stop;
  async function next(passed: string[]): Promise<Stop> {
    await press('Tab');
    const stop = await focus();
    assert.equal(stop.seen, true, `the focus is not seen at "${stop.words}", after ${passed.slice(-3).join(' | ')}`);
    assert.ok(passed.length < STOPS_MAX, `too many stops: ${passed.join(' | ')}`);
    return stop;
  }
  return {
    focus,
    async goTo(words) {
      const passed: string[] = [];
      while (passed.length < STOPS_MAX) {
        const stop = await next(passed);
        if (stop.words === words) return;
        passed.push(stop.words);
      }
      assert.fail(`no stop is "${words}": ${passed.join(' | ')}`);
    },
    async round(first) {
      const passed = [first];
      for (;;) {
        const { words } = await next(passed);
        if (words === first) return passed;
        passed.push(words);
      }
    },
  };
}
