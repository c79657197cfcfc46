/** The host's token comes in the fragment of the address, which no server sees, and is kept for reloads of this tab only. */

const KEY = 'fine-studio.token';

/** Takes the token out of the address, so that it is not bookmarked or shared, and leaves the page's own place there. */
export function takeToken(): string {
  const match = /^#token=([^&/]+)&?(.*)$/.exec(location.hash);
  if (match) {
    sessionStorage.setItem(KEY, decodeURIComponent(match[1]));
    history.replaceState(null, '', `${location.pathname}${location.search}#${match[2].startsWith('/') ? match[2] : '/'}`);
  }
  return sessionStorage.getItem(KEY) ?? '';
}
