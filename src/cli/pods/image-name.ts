// What the name of an image looks like: host, path, tag and digest.
export const imagePattern =
  /^(?:[a-zA-Z0-9][-a-zA-Z0-9.]*(?::\d+)?\/)?[a-z0-9]+(?:[._\-/a-z0-9]+)*(?::[\w][\w.-]*)?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/
