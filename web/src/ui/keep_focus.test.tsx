import { act, render, screen, waitFor } from '@testing-library/preact';
import { render as draw } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { describe, expect, it } from 'vitest';
import { focusAgain, useFocusFirst, useKeptFocus } from './keep_focus';

let remove: (name: string) => void = () => undefined;

function Example() {
  const root = useRef<HTMLElement>(null);
  const [names, setNames] = useState(['Laptop', 'Phone']);
  useKeptFocus(root);
  remove = (name) => setNames((now) => now.filter((one) => one !== name));
  return (
    <main ref={root}>
      <h1>My account</h1>
      <section>
        <h2>Passkeys</h2>
        <ul>
          {names.map((name) => (
            <li key={name}>
              <button type="button">{name}</button>
            </li>
          ))}
        </ul>
      </section>
    </main>
  );
}

describe('the focus', () => {
  it('is where one begins before the next frame', () => {
    function Door() {
      const first = useRef<HTMLInputElement>(null);
      useFocusFirst(first);
      return <input ref={first} aria-label="Name" />;
    }
    const place = document.body.appendChild(document.createElement('div'));
    draw(<Door />, place); // without act(), which waits for what comes a frame later
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
    draw(null, place);
    place.remove();
  });

  it('goes to the heading of the part when what had it is gone', async () => {
    render(<Example />);
    screen.getByText('Phone').focus();
    void act(() => remove('Phone'));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Passkeys' })));
  });

  it('stays where it is when something else goes away', async () => {
    render(<Example />);
    screen.getByText('Phone').focus();
    void act(() => remove('Laptop'));
    await Promise.resolve();
    expect(document.activeElement).toBe(screen.getByText('Phone'));
  });

  it('is given back after the door', () => {
    render(<Example />);
    screen.getByText('Phone').focus();
    screen.getByText('Phone').blur();
    focusAgain();
    expect(document.activeElement).toBe(screen.getByText('Phone'));
  });
});
