import { expect, it } from 'vitest'
import { html } from '../../../src/plan/html/escape.ts'

it('a template of HTML has strings and numbers as text, other HTML as it is, and nothing for what is absent', () => {
  const item = (text: string) => html`<li>${text}</li>`
  const list = [item('a'), item('b')]
  expect(html`<p title="${'"'}">${`<&>"'`}</p>${3}${undefined}${item('<')}<ul>${list}</ul>${[]}.`.html).toBe(
    '<p title="&#34;">&#60;&#38;&#62;&#34;&#39;</p>3<li>&#60;</li><ul><li>a</li><li>b</li></ul>.',
  )
})

it('a template of HTML shows control characters', () => {
  expect(html`${'a\u001b\nb'}`.html).toBe('a\\u001b\\u000ab')
})
