// A page where people sign in, as an application serves it and as somebody hostile copies it, and what was typed into it.
import type http from 'node:http';

export interface SignIn {
  name: string;
  password: string;
}

const FORM = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>District clinic</title>
<style>body{font:16px/1.5 sans-serif;margin:0;background:#eef3f1;color:#1c2b27}main{max-width:20rem;margin:2.5rem auto;background:#fff;padding:1.5rem 2rem;border-radius:.5rem;box-shadow:0 1px 4px #0003}
h1{font-size:1.25rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem}input{width:100%;box-sizing:border-box;font:inherit;padding:.4rem;border:1px solid #7a8f89;border-radius:.25rem}
button{margin-top:1rem;font:inherit;padding:.45rem 1.2rem;border:0;border-radius:.25rem;background:#0b6b57;color:#fff}</style>
<main><h1>District clinic: patient records</h1><form method="post" action="/sign-in"><label for="name">Name</label><input id="name" name="name" autocomplete="off">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="off"><button id="go">Sign in</button></form></main></html>`;

/** Serves the page to whoever asks, and keeps what he is told. */
export function signInPage(answer: string): { told: SignIn[]; listener: http.RequestListener } {
  const told: SignIn[] = [];
  const listener: http.RequestListener = (request, response) => {
    const show = (text: string): void => void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(text);
    if (request.method !== 'POST') {
      show(FORM);
      return;
    }
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const fields = new URLSearchParams(Buffer.concat(pieces).toString());
      told.push({ name: fields.get('name') ?? '', password: fields.get('password') ?? '' });
      show(`<!doctype html><title>District clinic</title><p id="answer">${answer}</p>`);
    });
  };
  return { told, listener };
}
