import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds a running Strictgate: the administrator's socket, at which whoever may open it is the owner.
const socketPath = process.env['STRICTGATE_SOCKET'] ?? '/var/lib/strictgate/control.sock';

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    // What every browser that has <dialog> and logical properties understands.
    target: ['chrome100', 'firefox102', 'safari15.4'],
    // A file within a file would be against the panel's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true, // for tools/embed, which measures the first load
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': { target: { socketPath, host: 'localhost', port: 80 } } },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
});
