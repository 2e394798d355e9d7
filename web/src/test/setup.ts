// What jsdom lacks of a browser, and tidying up between tests.
import { cleanup, configure } from '@testing-library/preact';
import { afterEach, beforeEach } from 'vitest';
import { setLanguage } from '../i18n';
import { dismissAll } from '../ui/toast';
import { PATIENCE_MS } from './wait';

// A machine that is busy with other tests is slow; what does not come at all still fails.
configure({ asyncUtilTimeout: PATIENCE_MS });

beforeEach(async () => {
  await setLanguage('en');
});

afterEach(() => {
  cleanup();
  dismissAll();
  localStorage.clear();
  window.location.hash = '';
});

window.scrollTo = () => undefined;

Blob.prototype.arrayBuffer = function arrayBuffer(this: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(new Error('the file could not be read'));
    reader.readAsArrayBuffer(this);
  });
};

HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement): void {
  this.open = true;
  this.querySelector<HTMLElement>('button, input, [tabindex]')?.focus();
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement): void {
  this.open = false;
};
