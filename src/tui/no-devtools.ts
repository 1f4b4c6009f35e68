// ink asks for React's developer tools only when they are wanted; a bundle has none.
export const initialize = (): void => undefined
export const connectToDevTools = (): void => undefined
