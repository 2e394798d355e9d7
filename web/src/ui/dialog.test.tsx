import { act, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { session } from '../api/session';
import { signedIn } from '../test/signed_in';
import { Button } from './button';
import { ConfirmDialog } from './confirm';
import { Dialog, DialogActs } from './dialog';
import { Form, TextField } from './field';

function Rename({ onClose, busy = false }: { onClose: () => void; busy?: boolean }) {
  const [name, setName] = useState('');
  return (
    <Dialog title="Rename" onClose={onClose} busy={busy}>
      <Form onSubmit={() => undefined}>
        <TextField label="Name" value={name} onInput={setName} />
        <DialogActs act="Rename it" busy={busy} onClose={onClose} />
      </Form>
    </Dialog>
  );
}

const isOpen = (): boolean => screen.getByRole<HTMLDialogElement>('dialog', { hidden: true }).open;

describe('a dialog', () => {
  afterEach(() => session.set(undefined));

  it('begins at its first field', () => {
    render(<Rename onClose={() => undefined} />);
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
  });

  it('without a field begins at its title, so that no key does anything by itself', () => {
    render(
      <ConfirmDialog title="Remove" act="Remove it" danger onConfirm={() => undefined} onClose={() => undefined}>
        <p>It is gone then.</p>
      </ConfirmDialog>,
    );
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Remove' }));
  });

  it('of a confirmation is described by what will happen', () => {
    render(
      <ConfirmDialog title="Remove" act="Remove it" onConfirm={() => undefined} onClose={() => undefined}>
        <p>It is gone then.</p>
      </ConfirmDialog>,
    );
    const id = screen.getByRole('dialog').getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(id)?.textContent).toBe('It is gone then.');
  });

  it('does not stay over the door when the session ends, and is there again with what was typed', () => {
    signedIn();
    render(<Rename onClose={() => undefined} />);
    fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'half typed' } });
    void act(() => session.set({ state: 'signed_out' }));
    expect(isOpen()).toBe(false);
    void act(() => signedIn());
    expect(isOpen()).toBe(true);
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('half typed');
    expect(document.activeElement).toBe(screen.getByLabelText('Name'));
  });

  it('stays while its act is under way: what comes of it is told in it', () => {
    const close = vi.fn();
    render(<Rename onClose={close} busy />);
    const dialog = screen.getByRole<HTMLDialogElement>('dialog');
    fireEvent(dialog, new Event('cancel', { cancelable: true }));
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    screen.getByRole('button', { name: 'Cancel' }).click();
    expect(close).not.toHaveBeenCalled();
    dialog.close(); // as browsers do at a second Escape, whatever was said to the first
    fireEvent(dialog, new Event('close'));
    expect(isOpen()).toBe(true);
  });

  it('is over when the browser has closed it', () => {
    const close = vi.fn();
    render(<Rename onClose={close} />);
    const dialog = screen.getByRole<HTMLDialogElement>('dialog');
    dialog.close();
    fireEvent(dialog, new Event('close'));
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('closes by a press beside it, but not when a text was marked out of it or something was typed', () => {
    const close = vi.fn();
    render(<Rename onClose={close} />);
    const dialog = screen.getByRole('dialog');
    fireEvent.pointerDown(screen.getByLabelText('Name'));
    fireEvent.click(dialog);
    expect(close).not.toHaveBeenCalled();
    fireEvent.pointerDown(dialog);
    fireEvent.click(dialog);
    expect(close).toHaveBeenCalledTimes(1);
    fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'a' } });
    fireEvent.pointerDown(dialog);
    fireEvent.click(dialog);
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('a confirmation within a form', () => {
  it('does not send the form around it', () => {
    const [sent, confirmed] = [vi.fn(), vi.fn()];
    render(
      <Form onSubmit={sent}>
        <ConfirmDialog title="Sure?" act="Yes, do it" onConfirm={confirmed} onClose={() => undefined}>
          text
        </ConfirmDialog>
        <Button type="submit">Save</Button>
      </Form>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Yes, do it' }));
    expect(confirmed).toHaveBeenCalledTimes(1);
    expect(sent).not.toHaveBeenCalled();
  });
});
