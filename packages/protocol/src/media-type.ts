/** The media types of files that browsers show; everything else is `application/octet-stream`. */
const types: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  css: 'text/css',
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  md: 'text/markdown',
  mjs: 'text/javascript',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  wasm: 'application/wasm',
  webm: 'video/webm',
  webp: 'image/webp',
  woff2: 'font/woff2',
  xml: 'application/xml',
  zip: 'application/zip',
};

/** The media type that the name of a file or the key of an object tells by its extension. */
export function mediaTypeOf(name: string): string | undefined {
  const [, extension = ''] = /[^/\\]\.([A-Za-z0-9]+)$/.exec(name) ?? [];
  const wanted = extension.toLowerCase();
  return Object.hasOwn(types, wanted) ? types[wanted] : undefined;
}
