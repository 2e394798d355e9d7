// What jsdom lacks of a browser, and tidying up between tests.
import { cleanup } from '@testing-library/preact';
import { afterEach, beforeEach } from 'vitest';
import { setLanguage } from '../i18n';

beforeEach(async () => {
  await setLanguage('en');
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  window.location.hash = '';
});

window.scrollTo = () => undefined;

HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement): void {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement): void {
  this.open = false;
};
