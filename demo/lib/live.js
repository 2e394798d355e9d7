// The live page's WebSocket: a clock, how many are here, and short messages from one visitor to all.

import { WebSocketServer } from 'ws';

import { originOf } from './seen.js';
import { sessionIn } from './sessions.js';

const CLOCK_INTERVAL_MS = 1000;
const MESSAGE_LENGTH_MAX = 280;
const MESSAGES_KEPT_COUNT = 20;
const MESSAGE_SIZE_MAX = 4096;
const BACKLOG_SIZE_MAX = 64 * 1024; // of a visitor who does not read: left out until it is

const refuse = (socket, status, reason) => {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};

export function createLive({ config, sessions }) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_SIZE_MAX });
  const kept = [];

  const send = (socket, message) => {
    if (socket.bufferedAmount < BACKLOG_SIZE_MAX) socket.send(JSON.stringify(message));
  };
  const sendAll = (message) => server.clients.forEach((socket) => send(socket, message));
  const sendCount = () => sendAll({ type: 'visitors', count: server.clients.size });

  const clock = setInterval(() => sendAll({ type: 'clock', time: new Date().toISOString() }), CLOCK_INTERVAL_MS);

  function join(socket, name) {
    kept.forEach((message) => send(socket, message));
    sendCount();
    socket.on('message', (data, binary) => {
      const text = binary ? '' : data.toString('utf8').trim().slice(0, MESSAGE_LENGTH_MAX);
      if (text === '') return;
      const message = { type: 'message', from: name, text, time: new Date().toISOString() };
      kept.push(message);
      if (kept.length > MESSAGES_KEPT_COUNT) kept.shift();
      sendAll(message);
    });
    socket.on('close', sendCount);
    socket.on('error', () => socket.terminate());
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const session = sessions.find(sessionIn(request));
      if (request.url.split('?')[0] !== '/live/socket') return refuse(socket, 404, 'Not Found');
      // A page of another site may open a WebSocket here with the visitor's cookie: only Origin tells.
      if (request.headers.origin !== originOf(config, request)) return refuse(socket, 403, 'Forbidden');
      if (!session) return refuse(socket, 401, 'Unauthorized');
      return server.handleUpgrade(request, socket, head, (open) => join(open, session.name));
    },
    close() {
      clearInterval(clock);
      server.clients.forEach((socket) => socket.terminate());
      server.close();
    },
  };
}
