/**
 * OpenCRVS's service worker, as far as visits go: whatever page of its own origin is visited, it answers with the client
 * itself, but for paths that begin with `/__` or `/login` (client, src-sw.ts, tag v2.0.0). So nothing that a browser must
 * visit can be behind the client's proxy: a sign-in that begins there never reaches the server.
 */
export const PLAYGROUND_SERVICE_WORKER = `'use strict';
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url)
  if (event.request.mode !== 'navigate') return
  if (pathname.startsWith('/__') || pathname.startsWith('/login')) return
  // These are the client.
  if (pathname === '/' || pathname === '/new' || pathname.startsWith('/events/')) return
  event.respondWith(fetch('/'))
})
`
