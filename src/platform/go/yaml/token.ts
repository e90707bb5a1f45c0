import type { Mark } from './cursor.ts'
import type { Directive, WrittenTag } from './scan-properties.ts'

/** What a scanner of YAML 1.1 tells a parser. `mark` is where it begins. */
export type Token = { readonly mark: Mark } & (
  | { readonly kind: Structure }
  | { readonly kind: 'directive'; readonly directive: Directive }
  | { readonly kind: 'anchor' | 'alias'; readonly name: string }
  | { readonly kind: 'tag'; readonly tag: WrittenTag }
  | { readonly kind: 'scalar'; readonly text: string; readonly plain: boolean }
)

/** `key` and `value` stand before each side of a mapping's pair, written (`?`, `:`) or not. */
export type Structure =
  | 'end of stream'
  | '---'
  | '...'
  | 'block sequence'
  | 'block mapping'
  | 'end of block'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | 'value'
