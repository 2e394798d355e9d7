import { act, fireEvent, render, screen, within } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type Problem } from '../api/problem';
import { useAction } from './action';
import { Button } from './button';
import { ConfirmDialog } from './confirm';
import { toCsv } from './csv';
import { ErrorBoundary } from './error_boundary';
import { Form, PasswordField, TextField } from './field';
import { FileDrop } from './file_drop';
import { Menu } from './menu';
import { ProblemNotice } from './notice';
import { sortRows } from './sort';
import { type Column, Table } from './table';
import { Toasts, announce, dismissAll } from './toast';

const PROBLEM: Problem = { status: 400, code: 'input', title: 'Bad', detail: 'the name is taken', fix: 'take another', field: 'name' };

function described(element: Element): string {
  return (element.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ');
}

describe('a field', () => {
  it('is tied to its hint, to what is wrong with it, and to the fix', () => {
    render(<TextField label="Name" hint="As typed." value="" onInput={() => undefined} problem={PROBLEM} />);
    const input = screen.getByLabelText('Name');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(described(input)).toBe('As typed. The name is taken.Take another.');
  });

  it('without a fault is tied to nothing that is not there', () => {
    render(<TextField label="Name" value="" onInput={() => undefined} />);
    const input = screen.getByLabelText('Name');
    expect(input.hasAttribute('aria-invalid')).toBe(false);
    expect(input.hasAttribute('aria-describedby')).toBe(false);
  });

  it('gets the focus when the form was sent and something is wrong with it', () => {
    function Example() {
      const [error, setError] = useState<string | undefined>();
      return (
        <Form onSubmit={() => setError('Missing.')}>
          <TextField label="First" value="" onInput={() => undefined} />
          <TextField label="Second" value="" onInput={() => undefined} error={error} />
          <Button type="submit">Send</Button>
        </Form>
      );
    }
    render(<Example />);
    screen.getByRole('button').focus();
    fireEvent.click(screen.getByText('Send'));
    expect(document.activeElement).toBe(screen.getByLabelText('Second'));
  });

  it('of a password shows it when asked to', () => {
    render(<PasswordField label="Password" value="secret" onInput={() => undefined} />);
    const input = screen.getByLabelText('Password');
    expect(input.getAttribute('type')).toBe('password');
    fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(input.getAttribute('type')).toBe('text');
  });
});

describe('an action', () => {
  it('runs once at a time, tells what went wrong, and keeps what was typed', async () => {
    let refuse: (error: unknown) => void = () => undefined;
    const act_ = vi.fn(() => new Promise<void>((_, reject) => (refuse = reject)));
    function Example() {
      const [name, setName] = useState('');
      const save = useAction(act_);
      return (
        <Form onSubmit={save.run}>
          <TextField label="Name" value={name} onInput={setName} />
          <ProblemNotice problem={save.problem} />
          <Button type="submit" busy={save.busy}>
            Save
          </Button>
        </Form>
      );
    }
    render(<Example />);
    fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'app' } });
    const button = screen.getByRole('button');
    fireEvent.click(button);
    fireEvent.click(button);
    expect(act_).toHaveBeenCalledTimes(1);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await act(async () => {
      refuse(new ApiError({ ...PROBLEM, guards: [{ guard: 'dwell', verdict: 'block', overridable: true, why: 'too early', fix: 'wait' }] }));
      await Promise.resolve();
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The name is taken.');
    expect(alert.textContent).toContain('Take another.');
    expect(within(alert).getByText('Blocks')).toBeTruthy();
    expect(within(alert).getByText('Too early.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('app');
  });
});

describe('a typed confirmation', () => {
  it('does nothing until the name is typed and the reason given', () => {
    const confirm = vi.fn();
    render(
      <ConfirmDialog title="Remove" act="Remove the site" typed="app.example" askReason danger onConfirm={confirm} onClose={() => undefined}>
        <p>It is gone then.</p>
      </ConfirmDialog>,
    );
    const button = screen.getByRole('button', { name: 'Remove the site' });
    fireEvent.click(button);
    expect(confirm).not.toHaveBeenCalled();
    expect(described(screen.getByLabelText('Reason'))).toContain('Say in a few words why.');
    fireEvent.input(screen.getByLabelText('Reason'), { target: { value: 'moved' } });
    fireEvent.input(screen.getByLabelText(/Type/), { target: { value: 'app.exampl' } });
    fireEvent.click(button);
    expect(confirm).not.toHaveBeenCalled();
    fireEvent.input(screen.getByLabelText(/Type/), { target: { value: ' app.example ' } });
    fireEvent.click(button);
    expect(confirm).toHaveBeenCalledWith({ confirm: 'app.example', reason: 'moved' });
  });

  it('is named by its title, closes on Escape, and gives the focus back', () => {
    const close = vi.fn();
    const before = document.createElement('button');
    document.body.append(before);
    before.focus();
    const { unmount } = render(
      <ConfirmDialog title="Remove" act="Remove it" onConfirm={() => undefined} onClose={close}>
        text
      </ConfirmDialog>,
    );
    const dialog = screen.getByRole('dialog', { name: 'Remove' });
    fireEvent(dialog, new Event('cancel', { cancelable: true }));
    expect(close).toHaveBeenCalledTimes(1);
    screen.getByRole('button', { name: 'Remove it' }).focus();
    unmount();
    expect(document.activeElement).toBe(before);
    before.remove();
  });
});

describe('a table', () => {
  interface Row {
    name: string;
    days: number | undefined;
  }
  const rows: Row[] = [
    { name: 'b10', days: 5 },
    { name: 'b9', days: undefined },
    { name: 'a', days: 40 },
  ];
  const columns: Column<Row>[] = [
    { id: 'name', title: 'Name', cell: (row) => row.name, sort: (row) => row.name, csv: (row) => row.name },
    { id: 'days', title: 'Days', cell: (row) => row.days, sort: (row) => row.days },
  ];
  const shown = (): (string | null | undefined)[] =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.querySelector('th')?.textContent);

  it('keeps the order of the rows until a heading is pressed, then turns it', () => {
    render(<Table caption="Things" columns={columns} rows={rows} rowKey={(row) => row.name} />);
    expect(shown()).toEqual(['b10', 'b9', 'a']);
    const heading = screen.getByRole('button', { name: 'Name' });
    fireEvent.click(heading);
    expect(shown()).toEqual(['a', 'b9', 'b10']);
    expect(heading.closest('th')?.getAttribute('aria-sort')).toBe('ascending');
    fireEvent.click(heading);
    expect(shown()).toEqual(['b10', 'b9', 'a']);
    expect(heading.closest('th')?.getAttribute('aria-sort')).toBe('descending');
  });

  it('shows a long list in parts', () => {
    const many = Array.from({ length: 250 }, (_, i) => ({ name: `n${i}`, days: i }));
    render(<Table caption="Things" columns={columns} rows={many} rowKey={(row) => row.name} />);
    expect(shown()).toHaveLength(100);
    fireEvent.click(screen.getByRole('button', { name: 'Show 150 more' }));
    expect(shown()).toHaveLength(200);
  });

  it('puts what has no value last in either direction', () => {
    const names = (descending: boolean): string[] => sortRows(rows, (row) => row.days, descending, 'en').map((row) => row.name);
    expect(names(false)).toEqual(['b10', 'a', 'b9']);
    expect(names(true)).toEqual(['a', 'b10', 'b9']);
  });

  it('as CSV quotes what needs it and lets nothing become a formula', () => {
    expect(toCsv([['a', 'b"c', 'd,e'], ['=1+1', -5, 'x\ny']])).toBe('a,"b""c","d,e"\r\n\'=1+1,-5,"x\ny"\r\n');
  });
});

describe('files', () => {
  it('are taken when dropped, chosen or pasted, and text as well', () => {
    const files = vi.fn();
    const text = vi.fn();
    render(<FileDrop label="Certificate" onFiles={files} onText={text} maxSize={10} />);
    const zone = screen.getByText('Certificate').parentElement;
    if (zone === null) throw new Error('no zone');
    const small = new File(['pem'], 'a.pem');
    fireEvent.drop(zone, { dataTransfer: { files: [small] } });
    fireEvent.paste(zone, { clipboardData: { files: [], getData: () => '-----BEGIN' } });
    expect(files).toHaveBeenCalledWith([small]);
    expect(text).toHaveBeenCalledWith('-----BEGIN');
    fireEvent.drop(zone, { dataTransfer: { files: [new File(['x'.repeat(11)], 'b.pem')] } });
    expect(files).toHaveBeenCalledTimes(1);
    expect(screen.getByRole('alert').textContent).toContain('b.pem');
  });
});

describe('a menu', () => {
  it('opens, says so, and closes on Escape with the focus at its button', () => {
    render(
      <Menu label="Account" icon="people">
        <button type="button">Inside</button>
      </Menu>,
    );
    const button = screen.getByRole('button', { name: 'Account' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(button);
    expect(button.getAttribute('aria-expanded')).toBe('true');
    screen.getByRole('button', { name: 'Inside' }).focus();
    fireEvent.keyDown(document, { key: 'Escape' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    expect(document.activeElement).toBe(button);
  });
});

describe('what is announced', () => {
  it('is said in a region that was there before, and can be dismissed', () => {
    render(<Toasts />);
    const region = screen.getByRole('status');
    void act(() => announce('Saved.'));
    expect(region.textContent).toContain('Saved.');
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(region.textContent).toBe('');
  });
});

describe('what can be taken back', () => {
  const page = () =>
    render(
      <main>
        <button type="button">Save</button>
        <Toasts />
      </main>,
    );
  const offer = (run: () => Promise<unknown>, about = 'a'): void => void act(() => announce(`Saved ${about}.`, 'pass', { about, run }));
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is reached by a key, and gives the focus back', async () => {
    page();
    const save = screen.getByRole('button', { name: 'Save' });
    save.focus();
    const run = vi.fn(() => Promise.resolve());
    offer(run);
    fireEvent.keyDown(document, { key: 'F8' });
    const undo = screen.getByRole('button', { name: 'Undo' });
    expect(document.activeElement).toBe(undo);
    expect(undo.getAttribute('aria-keyshortcuts')).toBe('F8');
    fireEvent.click(undo);
    await screen.findByText(/Taken back/);
    expect(run).toHaveBeenCalledOnce();
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
    expect(document.activeElement).toBe(save);
  });

  it('stays while it has the focus or is pointed at, and goes some time after', () => {
    vi.useFakeTimers();
    page();
    offer(() => Promise.resolve());
    void act(() => void vi.advanceTimersByTime(29_000));
    const undo = screen.getByRole('button', { name: 'Undo' });
    void act(() => undo.focus());
    void act(() => void vi.advanceTimersByTime(600_000));
    expect(screen.getByRole('button', { name: 'Undo' })).toBe(undo);
    void act(() => screen.getByRole('button', { name: 'Save' }).focus());
    void act(() => void vi.advanceTimersByTime(29_000));
    expect(screen.getByRole('button', { name: 'Undo' })).toBe(undo);
    void act(() => void vi.advanceTimersByTime(2_000));
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it.each([
    [412, /was changed again meanwhile/],
    [409, /could not be taken back. There is a site of that name already/],
  ])('says so when it cannot: %i', async (status, said) => {
    page();
    offer(() => Promise.reject(new ApiError({ status, code: 'x', title: '', detail: 'there is a site of that name already' })));
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText(said);
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });

  it('is only offered for the last change of a thing, and to whoever made it', () => {
    page();
    offer(() => Promise.resolve(), 'a');
    offer(() => Promise.resolve(), 'b');
    offer(() => Promise.resolve(), 'a');
    expect(screen.getAllByRole('button', { name: 'Undo' })).toHaveLength(2);
    void act(() => dismissAll());
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  });
});

describe('a fault of a page', () => {
  it('is told, and tried again', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    let broken = true;
    const Page = () => {
      if (broken) throw new Error('it broke');
      return <p>Well</p>;
    };
    render(
      <ErrorBoundary>
        <Page />
      </ErrorBoundary>,
    );
    expect(screen.getByRole('alert').textContent).toContain('it broke');
    broken = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(screen.getByText('Well')).toBeTruthy();
  });
});
