// Every site is looked at soon after it is there, however many come at the same time: each look makes room for the next.
import { test } from 'node:test';
import { startGateway } from './lib/gateway.ts';
import { startApplication } from './lib/upstream.ts';
import { until } from './lib/wait.ts';

const COUNT = 48; // more than may wait at a time
const application = await startApplication();

test('of many sites that come at once each is seen served, without a turn of the clock between them', async () => {
  const gateway = await startGateway();
  for (let index = 0; index < COUNT; index++) {
    await gateway.must('POST', '/v1/sites', { name: `site${index}.example.test`, upstreams: [application.url], local_ca: true });
  }
  // A turn comes once a minute, and gives room to 32 of them at most: whoever waits for it waits for longer than this does for the next one.
  for (let seen = 0; seen < COUNT;) {
    seen = await until(`more than ${seen} are seen served`, async () => {
      const { certificates } = (await gateway.must('GET', '/v1/certificates')) as unknown as { certificates: { seen_last: string | null }[] };
      const now = certificates.filter(({ seen_last }) => seen_last !== null).length;
      return now > seen && now;
    });
  }
  await gateway.stop();
});
