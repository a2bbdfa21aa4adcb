// What the tests use of js-yaml, which brings no types.
declare module 'js-yaml' {
  const yaml: { loadAll(text: string, iterator?: null, options?: { readonly json?: boolean }): unknown[] }
  export default yaml
}
