// Taking back a change of a channel, or its removal. A password or key that was given or went is not known here.
import { cache } from '../../api/cache';
import { client } from '../../api/client';
import type { Channel } from '../../api/types';
import { differing } from '../../lib/differing';
import type { Undo } from '../../ui/toast';
import type { ChannelBody } from './channel_input';

// What is found out and not given, and what stays as long as the channel.
const OTHERS: readonly string[] = ['name', 'kind', 'paused', 'paused_why', 'problem', 'has_password', 'has_secret'];

function membersOf(...channels: Channel[]): (keyof Channel)[] {
  const names = new Set(channels.flatMap((channel) => Object.keys(channel)));
  return [...names].filter((name) => !OTHERS.includes(name)) as (keyof Channel)[];
}

const shownAgain = (): void => cache.invalidate((url) => url.startsWith('/v1/notify'));

export function undoOfChange(before: Channel, after: Channel, etag: string | undefined, given: ChannelBody): Undo | undefined {
  const { name } = before;
  const hasSecret = given.password !== undefined || given.secret !== undefined;
  const body = differing(before, after, membersOf(before, after)) as ChannelBody;
  if (etag === undefined || hasSecret || Object.keys(body).length === 0) return undefined;
  return {
    about: `channel ${name}`,
    run: async () => {
      await client.patch('/v1/notify/channels/{name}', { path: { name }, body, ifMatch: etag });
      shownAgain();
    },
  };
}

export function undoOfRemoval(channel: Channel): Undo | undefined {
  if (channel.has_password === true || channel.has_secret === true) return undefined;
  const members = Object.fromEntries(membersOf(channel).map((name) => [name, channel[name]]));
  return {
    about: `channel ${channel.name}`,
    run: async () => {
      await client.post('/v1/notify/channels', { body: { ...members, name: channel.name, kind: channel.kind } as ChannelBody });
      shownAgain();
    },
  };
}
