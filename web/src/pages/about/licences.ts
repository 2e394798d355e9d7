// Whose work is embedded in the panel. Their licence asks that the notices come along; nothing of the kind is in a file
// that a minifier made. What is linked to the binary by the system has its notices there.
import { dependencies } from '../../../package.json';
import type { PlainKey } from '../../i18n';

export interface Part {
  name: string;
  version: string;
  what: PlainKey;
  licence: 'MIT';
  copyright: readonly string[]; // as in its LICENSE
}

export const PARTS: readonly Part[] = [
  { name: 'preact', version: dependencies.preact, what: 'about.part_preact', licence: 'MIT', copyright: ['Copyright (c) 2015-present Jason Miller'] },
  { name: 'uplot', version: dependencies.uplot, what: 'about.part_uplot', licence: 'MIT', copyright: ['Copyright (c) 2022 Leon Sorokin'] },
  { name: 'uqr', version: dependencies.uqr, what: 'about.part_uqr', licence: 'MIT', copyright: ['Copyright (c) Project Nayuki', 'Copyright (c) 2023 Anthony Fu <https://github.com/antfu>'] },
];

// Of all of them, word for word; one paragraph each.
export const MIT: readonly string[] = [
  'Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:',
  'The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.',
  'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.',
];
