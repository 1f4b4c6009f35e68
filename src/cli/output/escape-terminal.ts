// Signs with which an object's text could play tricks on a terminal are written out.

export const escapeTerminal = (text: string): string =>
  /[\r\u001b]/.test(text) ? text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r') : text
