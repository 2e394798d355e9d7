import { describe, expect, it } from 'vitest';
import type { Channel } from '../../api/types';
import { type Subject, reachOf, tellingOf } from './telling';

const DAY_S = 86_400;
const UPLOADED: Subject = { notBefore: '2026-09-01T00:00:00Z', notAfter: '2026-12-31T00:00:00Z', renewsItself: false, isOrdered: false, hasDrawer: false, boundUntil: null };
const OUTLASTED: Subject = { ...UPLOADED, boundUntil: '2027-06-01T00:00:00Z' };
// 90 days: a quarter is 22 days and a half.
const ORDERED: Subject = { ...UPLOADED, notBefore: '2026-10-02T00:00:00Z', renewsItself: true, isOrdered: true };
// 6 days: a quarter is a day and a half.
const SHORT: Subject = { ...ORDERED, notBefore: '2026-12-25T00:00:00Z' };
const ALL = ['obtained', 'renewed', 'served', 'failing', 'expiring', 'mismatch', 'clock', 'drawer'];

function channel(severity: string, more: Partial<Channel> = {}): Channel {
  return { name: 'post', kind: 'email', events: ALL, severity, paused: false, ...more };
}

describe('of a certificate’s end', () => {
  it.each([
    ['everything, uploaded', 'info', UPLOADED, 30],
    ['warnings, uploaded', 'warning', UPLOADED, 14],
    ['what is critical, uploaded', 'critical', UPLOADED, 3],
    ['everything, browsers bound for longer', 'info', OUTLASTED, 30],
    ['warnings, browsers bound for longer', 'warning', OUTLASTED, 30],
    ['what is critical, browsers bound for longer', 'critical', OUTLASTED, 14],
    ['browsers bound, but not for longer', 'critical', { ...UPLOADED, boundUntil: '2026-12-01T00:00:00Z' }, 3],
    ['everything, when its renewal is late', 'info', ORDERED, 22.5],
    ['warnings, when its renewal is late', 'warning', ORDERED, 14],
    ['warnings, when its renewal is late and it lasts days only', 'warning', SHORT, 1.5],
  ] as const)('who takes %s is told in time', (_, severity, subject, days) => {
    const { endFrom } = tellingOf(channel(severity), subject);
    expect(endFrom?.leftS).toBe(days * DAY_S);
    expect(endFrom?.at).toBe(new Date(Date.parse('2026-12-31T00:00:00Z') - days * DAY_S * 1000).toISOString());
  });

  it('nobody is told who is paused, takes other events only, or where there is none', () => {
    expect(tellingOf(channel('info', { paused: true }), UPLOADED)).toEqual({ endFrom: undefined, takesEnd: false, atOnce: [] });
    expect(tellingOf(channel('info', { events: ['failing'] }), UPLOADED).endFrom).toBeUndefined();
    expect(tellingOf(channel('info'), { ...UPLOADED, notAfter: undefined })).toMatchObject({ endFrom: undefined, takesEnd: true });
  });
});

describe('at once', () => {
  it.each([
    ['info', UPLOADED, ['served', 'mismatch']],
    ['warning', UPLOADED, ['mismatch']],
    ['critical', UPLOADED, []],
    ['critical', OUTLASTED, ['mismatch']],
    ['info', ORDERED, ['obtained', 'renewed', 'served', 'failing', 'mismatch']],
    ['warning', { ...ORDERED, hasDrawer: true }, ['failing', 'mismatch', 'drawer']],
  ] as const)('who takes %s is told of what can happen to the site', (severity, subject, events) => {
    expect(tellingOf(channel(severity), subject).atOnce).toEqual(events);
  });
});

describe('whether somebody knows in time', () => {
  it.each([
    ['no channel', [], 'none'],
    ['a paused one', [channel('info', { paused: true })], 'none'],
    ['one for the clock', [channel('info', { events: ['clock'] })], 'none'],
    ['one for other things', [channel('warning', { events: ['mismatch'] })], 'not_of_its_end'],
    ['one for its end among others', [channel('info', { events: ['clock'] }), channel('critical')], 'told'],
  ] as const)('with %s', (_, channels, reach) => {
    expect(reachOf(channels, UPLOADED)).toBe(reach);
  });
});
