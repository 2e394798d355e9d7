// What a request looks like from the visitor's side. Behind a gateway that is what the gateway says; without one it is
// the connection itself, and fields of that kind are a stranger's word.

const SHOWN = ['X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port', 'X-Forwarded-For', 'Forwarded', 'Host'];

export function seenFrom(config, request) {
  const { headers } = request;
  const fields = SHOWN.map((name) => [name, headers[name.toLowerCase()] ?? '']);
  if (!config.httpsProxy) {
    return { scheme: 'http', host: headers.host ?? '', client: request.socket.remoteAddress ?? '', proxied: false, fields };
  }
  return {
    scheme: headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
    host: headers.host ?? '',
    client: (headers['x-forwarded-for'] ?? '').split(',')[0].trim(),
    proxied: true,
    fields,
  };
}

export function originOf(config, request) {
  const { scheme, host } = seenFrom(config, request);
  return `${scheme}://${host}`;
}
