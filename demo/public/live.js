// The live page: shows what comes over the WebSocket, and opens it again when it breaks.

const RETRY_FIRST_MS = 500;
const RETRY_LAST_MS = 10000;

const element = (id) => document.getElementById(id);
let socket;
let retryMs = RETRY_FIRST_MS;

function showMessage({ from, text, time }) {
  const item = document.createElement('li');
  const name = document.createElement('strong');
  const when = document.createElement('time');
  name.textContent = from;
  when.textContent = new Date(time).toLocaleTimeString();
  when.dateTime = time;
  item.append(name, ` ${text} `, when);
  element('messages').append(item);
  item.scrollIntoView({ block: 'nearest' });
}

const SHOW = {
  clock: ({ time }) => { element('clock').textContent = new Date(time).toLocaleTimeString(); },
  visitors: ({ count }) => { element('visitors').textContent = String(count); },
  message: showMessage,
};

function connect() {
  socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live/socket`);
  socket.onopen = () => {
    retryMs = RETRY_FIRST_MS;
    element('messages').replaceChildren(); // the application sends the last ones again
    element('state').textContent = location.protocol === 'https:' ? 'connected, encrypted' : 'connected, not encrypted';
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    SHOW[message.type]?.(message);
  };
  socket.onclose = () => {
    element('state').textContent = 'interrupted, trying again';
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_LAST_MS);
  };
}

async function showPromise() {
  const response = await fetch('/healthz', { cache: 'no-store' });
  const value = response.headers.get('strict-transport-security');
  element('promise').textContent = value ?? 'nothing yet';
}

element('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = element('text');
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(input.value);
  input.value = '';
});

connect();
showPromise().catch(() => { element('promise').textContent = 'could not be asked'; });
