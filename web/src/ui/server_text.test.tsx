import { act, render } from '@testing-library/preact';
import { expect, it } from 'vitest';
import { setLanguage } from '../i18n';
import { ServerText } from './notice';
import { eventually } from '../test/wait';

it('is English in English', () => {
  const { container } = render(<ServerText>the name of a guard is needed here</ServerText>);
  expect(container.textContent).toBe('The name of a guard is needed here.');
  expect(container.querySelector('[lang]')).toBeNull();
});

it('is a sentence of the reader’s language when its texts have come', async () => {
  await setLanguage('fr');
  const { container } = render(<ServerText>there is no guard "clock"</ServerText>);
  await eventually(() => expect(container.textContent).toBe('Il n’y a pas de garde «\u00a0clock\u00a0».'));
  expect(container.querySelector('[lang]')).toBeNull();
});

it('says of what it does not know that it is English, and of nothing else', async () => {
  await setLanguage('fr');
  const { container } = render(
    <>
      <ServerText>a moth sits on the relay</ServerText> <ServerText>Browsers do not take this certificate: a moth sits on it.</ServerText>
    </>,
  );
  await eventually(() => expect(container.textContent).toBe('A moth sits on the relay. Les navigateurs n’acceptent pas ce certificat\u00a0: a moth sits on it.'));
  expect([...container.querySelectorAll('[lang="en"]')].map((one) => one.textContent)).toEqual(['A moth sits on the relay.', 'a moth sits on it']);
});

it('goes back with the language', async () => {
  await setLanguage('fr');
  const { container } = render(<ServerText>a reason is needed</ServerText>);
  await eventually(() => expect(container.textContent).toBe('Il faut un motif.'));
  await act(() => setLanguage('en'));
  expect(container.textContent).toBe('A reason is needed.');
});
