/**
 * Whether one of the allowed hosts is exactly where a URL leads: the same host, spelled as URLs spell hosts (`127.1` is `127.0.0.1`), and the same port. A host without a port
 * stands for the usual port of http and of https.
 */
export function isAllowedUrl(url: URL, allowedHosts: readonly string[]): boolean {
  const usualPort = url.protocol === 'https:' ? '443' : '80';
  const port = url.port === '' ? usualPort : url.port;
  return allowedHosts.some((allowed) => {
    const [, host, allowedPort = usualPort] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d+))?$/.exec(allowed) ?? [];
    if (host === undefined || !URL.canParse(`http://${host}`)) return false;
    return new URL(`http://${host}`).hostname === url.hostname && Number(allowedPort) === Number(port);
  });
}
