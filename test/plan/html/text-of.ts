/** The text of a page as a reader sees it: one line for each element with text, without tags. */
export function textOf(html: string): string {
  return html
    .replace(/<(?:style|title)>[\s\S]*?<\/(?:style|title)>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .split(/\s*\n\s*/)
    .filter((line) => line !== '')
    .join(' | ')
}
