/**
 * Shell scripts stand as readable bash files beside this one (`*.bash`, each of them valid bash) and are filled in here:
 * - `@name@` stands for shell text that `quote` and `quoteTemplate` made;
 * - `#: if name` … `#: end` mark a block that is there only where it is needed (they nest);
 * - `#: include name` stands for another such file.
 *
 * Comments and deep indentation are for the reader of the repository: of a droplet's 4 KiB a sidecar they would take a
 * quarter. Only the comment at the top, which says what the script is, goes there as well.
 */

export interface Filling {
  /** Whether the block of that name is wanted. */
  readonly blocks: Readonly<Record<string, boolean>>
  /** Shell text, put in as it is. */
  readonly values: Readonly<Record<string, string>>
  readonly includes?: Readonly<Record<string, string>>
}

/** @throws Error when the template names a block, a value or a file that the filling does not have. */
export function fillTemplate(template: string, filling: Filling): string {
  const wanted: boolean[] = []
  const lines: string[] = []
  const inHead = () => template.startsWith('#!') && lines.every((each) => each.startsWith('#'))
  for (const line of template.trimEnd().split('\n')) {
    const [, mark, name = ''] = /^\s*#: (if|end|include) ?([\w-]*)$/.exec(line) ?? []
    if (mark === 'if') wanted.push(lookUp(filling.blocks, name))
    else if (mark === 'end') wanted.pop()
    else if (wanted.includes(false) || /^\s*$/.test(line)) continue
    else if (/^\s*# /.test(line) && !inHead()) continue
    else if (mark === 'include') lines.push(included(lookUp(filling.includes ?? {}, name), filling))
    else lines.push(fillLine(line.replace(/^( +)\1/, '$1'), filling.values))
  }
  if (wanted.length > 0) throw new Error('a block of the template is not closed')
  return `${lines.join('\n')}\n`
}

/** Without the first line, which is there for editors and linters. */
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
