/**
 * Fills in the bash files beside this one (`*.bash`, each of them valid bash):
 * - `@name@` is replaced by shell text from `quote` and `quoteTemplate`;
 * - `#: if name` … `#: end` mark a block that is included only if it is needed (they nest);
 * - `#: include name` is replaced by another such file.
 *
 * Comments and deep indentation are only for readers of the repository: they would take a quarter of the 4 KiB per sidecar
 * in a droplet. Only the comment at the top, which describes the script, is kept.
 */

interface Filling {
  /** Whether to include the block with this name. */
  readonly blocks: Readonly<Record<string, boolean>>
  /** Shell text, inserted unchanged. */
  readonly values: Readonly<Record<string, string>>
  readonly includes: Readonly<Record<string, string>>
}

/** @throws Error when the template uses a block, a value or a file that the filling does not have */
export function fillTemplate(template: string, filling: Filling): string {
  const wanted: boolean[] = []
  const lines: string[] = []
  const inHead = () => template.startsWith('#!') && lines.every((each) => each.startsWith('#'))
  for (const line of template.split('\n')) {
    const [, mark, name = ''] = /^\s*#: (if|end|include) ?([\w-]*)$/.exec(line) ?? []
    if (mark === 'if') wanted.push(lookUp(filling.blocks, name))
    else if (mark === 'end') wanted.pop()
    else if (wanted.includes(false) || /^\s*$/.test(line)) continue
    else if (/^\s*# /.test(line) && !inHead()) continue
    else if (mark === 'include') lines.push(included(lookUp(filling.includes, name), filling))
    else lines.push(fillLine(line.replace(/^( +)\1/, '$1'), filling.values))
  }
  if (wanted.length > 0) throw new Error('a block of the template is not closed')
  return `${lines.join('\n')}\n`
}

/** Without the first line, which is for editors and linters. */
function included(template: string, filling: Filling): string {
  return fillTemplate(template.replace(/^#!.*\n/, ''), filling).trimEnd()
}

function fillLine(line: string, values: Filling['values']): string {
  return line.replace(/@(\w+)@/g, (_, name: string) => lookUp(values, name))
}

function lookUp<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name]
  if (value === undefined) throw new Error(`the template names ${name}, which is not given`)
  return value
}
