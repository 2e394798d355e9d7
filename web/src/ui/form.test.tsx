import { act, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useAction } from './action';
import { Button } from './button';
import { Form, PasswordField, Radios, TextArea, TextField } from './field';

describe('a form', () => {
  it('opens the fold in which something is wrong, and goes there', () => {
    function Example() {
      const [error, setError] = useState<string | undefined>();
      return (
        <Form onSubmit={() => setError('Too large.')}>
          <details>
            <summary>More</summary>
            <TextField label="Order" value="" onInput={() => undefined} error={error} />
          </details>
          <Button type="submit">Send</Button>
        </Form>
      );
    }
    const { container } = render(<Example />);
    fireEvent.click(screen.getByText('Send'));
    expect(container.querySelector('details')?.open).toBe(true);
    expect(document.activeElement).toBe(screen.getByLabelText('Order'));
  });

  it('does not take the focus away from who types on after it was sent', () => {
    let fail: (error: string) => void = () => undefined;
    function Example() {
      const [error, setError] = useState<string | undefined>();
      const [other, setOther] = useState('');
      fail = setError;
      return (
        <Form onSubmit={() => undefined}>
          <TextField label="First" value="" onInput={() => undefined} error={error} />
          <TextField label="Second" value={other} onInput={setOther} />
          <Button type="submit">Send</Button>
        </Form>
      );
    }
    render(<Example />);
    fireEvent.click(screen.getByText('Send'));
    screen.getByLabelText('Second').focus();
    fireEvent.input(screen.getByLabelText('Second'), { target: { value: 'a' } });
    void act(() => fail('Taken.'));
    expect(document.activeElement).toBe(screen.getByLabelText('Second'));
  });
});

describe('names of controls', () => {
  it('which password a button shows is told with it', () => {
    render(<PasswordField label="New password" value="" onInput={() => undefined} />);
    const id = screen.getByRole('button', { name: 'Show' }).getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(id)?.textContent).toBe('New password');
  });

  it('a choice is named by its label, and its hint describes it', () => {
    render(<Radios legend="Role" value="viewer" onChange={() => undefined} choices={[{ value: 'viewer', label: 'Viewer', hint: 'Sees everything.' }]} />);
    const choice = screen.getByRole('radio', { name: 'Viewer' });
    expect(document.getElementById(choice.getAttribute('aria-describedby') ?? '')?.textContent).toBe('Sees everything.');
  });
});

describe('a technical field', () => {
  // As browsers have it, and jsdom does not: a property that is true for any word.
  beforeEach(() => {
    Object.defineProperty(HTMLElement.prototype, 'autocorrect', {
      configurable: true,
      set(this: HTMLElement, on: unknown) {
        this.setAttribute('autocorrect', Boolean(on) ? 'on' : 'off');
      },
    });
  });
  afterEach(() => {
    Reflect.deleteProperty(HTMLElement.prototype, 'autocorrect');
  });

  it.each([
    ['of a line', () => <TextField label="Name" value="" onInput={() => undefined} technical />],
    ['of several lines', () => <TextArea label="Name" value="" onInput={() => undefined} />],
  ])('%s has nothing put right in what is typed', (_, Example) => {
    render(<Example />);
    const control = screen.getByLabelText('Name');
    expect(['autocorrect', 'autocapitalize'].map((name) => control.getAttribute(name))).toEqual(['off', 'none']);
  });

  it('leaves prose to the browser', () => {
    render(<TextField label="Reason" value="" onInput={() => undefined} />);
    expect(screen.getByLabelText('Reason').hasAttribute('autocorrect')).toBe(false);
  });
});

describe('an act that is under way', () => {
  it('is so still when its problem is put away', () => {
    let clear: () => void = () => undefined;
    function Example() {
      const save = useAction(() => new Promise<void>(() => undefined));
      clear = save.clear;
      return (
        <Button onClick={() => save.run()} busy={save.busy}>
          Save
        </Button>
      );
    }
    render(<Example />);
    fireEvent.click(screen.getByText('Save'));
    void act(() => clear());
    expect(screen.getByRole('button').getAttribute('aria-disabled')).toBe('true');
  });
});
