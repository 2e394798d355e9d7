// What had the focus may go away: a row that was removed, a button whose work is done. Browsers begin at the top of the page
// then; here one stays where one was, at the heading of that part, which a screen reader says.
import { type RefObject } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';

// What had the focus last in the pages, and what that is in, from the inside out.
let trail: Element[] = [];

function trailOf(target: EventTarget | null): Element[] {
  const found: Element[] = [];
  for (let at = target instanceof Element ? target : null; at !== null; at = at.parentElement) found.push(at);
  return found;
}

function focusHeadingNear(place: Element | undefined, root: Element): void {
  for (let at = place ?? null; at !== null && root.contains(at); at = at.parentElement) {
    const heading = at.querySelector<HTMLElement>('h1, h2, h3');
    if (heading === null) continue;
    if (!heading.hasAttribute('tabindex')) heading.tabIndex = -1;
    heading.focus();
    return;
  }
}

export function useKeptFocus(root: RefObject<HTMLElement>): void {
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const focused = (event: FocusEvent): void => {
      trail = trailOf(event.target);
    };
    const observer = new MutationObserver(() => {
      const [last] = trail;
      if (last === undefined || last.isConnected) return;
      const place = trail.find((one) => one.isConnected);
      trail = [];
      // Whoever moved it on purpose knows better.
      if (document.activeElement === document.body) focusHeadingNear(place, element);
    });
    element.addEventListener('focusin', focused);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      element.removeEventListener('focusin', focused);
      observer.disconnect();
    };
  }, [root]);
}

// Where one begins, as soon as it is shown and not a frame later: a key that was pressed in between would have moved the focus
// on, and be undone. Tried again when all is rendered: a dialog that was open keeps the focus until it is closed.
export function useFocusFirst(first: RefObject<HTMLElement>, again?: unknown): void {
  useLayoutEffect(() => {
    const begin = (): void => first.current?.focus();
    begin();
    queueMicrotask(begin);
  }, [first, again]);
}

// Back from the door: to where one was.
export function focusAgain(): void {
  const [last] = trail;
  if (last instanceof HTMLElement && last.isConnected && document.activeElement === document.body) last.focus();
}
