// Whose work is embedded in the panel. Their licence asks that the notices come along; nothing of the kind is in a file
// that a minifier made. What is linked to the binary by the system has its notices there.
import { dependencies } from '../../../package.json';
import type { PlainKey } from '../../i18n';

export interface Part {
  name: string;
  version: string;
  what: PlainKey;
  licence: 'MIT' | 'ISC';
  copyright: readonly string[]; // as in its LICENSE
}

export const PARTS: readonly Part[] = [
  { name: 'preact', version: dependencies.preact, what: 'about.part_preact', licence: 'MIT', copyright: ['Copyright (c) 2015-present Jason Miller'] },
  { name: 'uplot', version: dependencies.uplot, what: 'about.part_uplot', licence: 'MIT', copyright: ['Copyright (c) 2022 Leon Sorokin'] },
  { name: 'uqr', version: dependencies.uqr, what: 'about.part_uqr', licence: 'MIT', copyright: ['Copyright (c) Project Nayuki', 'Copyright (c) 2023 Anthony Fu <https://github.com/antfu>'] },
  { name: 'yaml', version: dependencies.yaml, what: 'about.part_yaml', licence: 'ISC', copyright: ['Copyright Eemeli Aro <eemeli@gmail.com>'] },
];

// Of all of them that have it, word for word; one paragraph each.
const MIT: readonly string[] = [
  'Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:',
  'The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.',
  'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.',
];

const ISC: readonly string[] = [
  'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.',
  'THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.',
];

export const TEXTS: Readonly<Record<Part['licence'], readonly string[]>> = { MIT, ISC };
