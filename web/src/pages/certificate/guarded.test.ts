import { describe, expect, it } from 'vitest';
import type { Guard, Problem } from '../../api/problem';
import { permissionOf, wayOn } from './guarded';

const guard = (name: string, overridable: boolean, verdict: Guard['verdict'] = 'block'): Guard => ({ guard: name, overridable, verdict, why: `because of ${name}` });
const refused = (guards?: Guard[], status = 409): Problem => ({ status, code: 'conflict', title: '', detail: '', ...(guards !== undefined && { guards }) });

describe('the way on after a refusal', () => {
  it.each([
    ['no problem', undefined],
    ['no guards', refused()],
    ['guards that pass', refused([guard('keep-name', true, 'pass')])],
    ['one that nobody may override', refused([guard('keep-certificate', false), guard('keep-working', false)])],
    ['another status', refused([guard('keep-working', false)], 400)],
  ])('is none with %s', (_, problem) => {
    expect(wayOn(problem)).toBeUndefined();
  });

  it('is to say that the working one is to be replaced', () => {
    const way = wayOn(refused([guard('keep-working', false)]));
    expect(way).toEqual({ kind: 'replace_working', why: 'because of keep-working' });
    expect(way !== undefined && permissionOf(way, 'app.example.org', '')).toEqual({ replace_working: true });
  });

  it('is to override each guard that blocks, with the reason and the name', () => {
    const way = wayOn(refused([guard('keep-certificate', true), guard('keep-trust', true), guard('keep-name', true, 'warn')]));
    expect(way).toEqual({ kind: 'override', guards: ['keep-certificate', 'keep-trust'], replacesWorking: false });
    expect(way !== undefined && permissionOf(way, 'app.example.org', 'the authority is gone')).toEqual({
      override: { guards: ['keep-certificate', 'keep-trust'], reason: 'the authority is gone', confirm: 'app.example.org' },
    });
  });
});
