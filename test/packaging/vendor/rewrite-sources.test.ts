import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../src/config/yaml/parse.ts'
import { type Rewritten, rewriteSources } from '../../../src/packaging/vendor/rewrite-sources.ts'
import { type SourceSite, sourceSites } from '../../../src/packaging/vendor/source-sites.ts'
import { InputError, Problems } from '../../../src/problems/problems.ts'

const SUM = 'a'.repeat(64)

/** Every site gets `vendor/sidecars/1`, `…/2`, … in the order of the text. */
function rewrite(text: string, cameFrom?: readonly string[]): string {
  const problems = new Problems()
  const document = parseYaml(text, 'sidecars.yml', problems)
  if (!document || problems.hasErrors) throw new Error(`bad test: ${JSON.stringify(problems.sorted())}`)
  const sources = sourceSites(document).map((site, index): [SourceSite, Rewritten] => [
    site,
    { path: `vendor/sidecars/${index + 1}`, ...(cameFrom && { cameFrom: cameFrom[index] ?? '' }) },
  ])
  return rewriteSources(text, 'sidecars.yml', document, new Map(sources))
}

describe('rewriting sources', () => {
  it.each<[string, string, string]>([
    [
      'a block, comments and order kept',
      `# ours
sidecars:   # all of them
  - name: otelcol    # the collector
    source:
      # from the vendor
      uri: "https://host.test/x.tgz"   # pinned
      sha256: ${SUM}   # of the archive
      executable: bin/otelcol
    memory: 64M

  - command: ./b   # unusual order
    name: b
`,
      `# ours
sidecars:   # all of them
  - name: otelcol    # the collector
    source:
      # from the vendor
      path: vendor/sidecars/1   # pinned
      executable: bin/otelcol
    memory: 64M

  - command: ./b   # unusual order
    name: b
`,
    ],
    [
      'a sum before its uri, and a text that ends without a line end',
      `sidecars:\n  - name: a\n    source:\n      sha256: ${SUM}\n      uri: https://host.test/x`,
      'sidecars:\n  - name: a\n    source:\n      path: vendor/sidecars/1',
    ],
    [
      'a sum in the last line',
      `sidecars:\n  - name: a\n    source:\n      uri: https://host.test/x\n      sha256: ${SUM}`,
      'sidecars:\n  - name: a\n    source:\n      path: vendor/sidecars/1\n',
    ],
    [
      'flow maps, the sum first, in the middle or last',
      `sidecars: [{name: a, source: {uri: 'https://host.test/a', sha256: ${SUM}, executable: x}},
  {name: b, source: {sha256: ${SUM} , uri: https://host.test/b}}, # two
  {name: c, source: { "uri": "https://host.test/c", "sha256": "${SUM}" }}]
`,
      `sidecars: [{name: a, source: {path: vendor/sidecars/1, executable: x}},
  {name: b, source: {path: vendor/sidecars/2}}, # two
  {name: c, source: { path: vendor/sidecars/3 }}]
`,
    ],
    [
      'a flow map over several lines with comments',
      `sidecars:
  - name: a
    source: {
      uri: https://host.test/a, # where
      sha256: ${SUM} # what
      }
`,
      `sidecars:
  - name: a
    source: {
      path: vendor/sidecars/1, # where
      }
`,
    ],
    [
      'Windows line ends',
      `sidecars:\r\n  - name: a\r\n    source:\r\n      uri: https://host.test/x\r\n      sha256: ${SUM} # c\r\n    memory: 1M\r\n`,
      'sidecars:\r\n  - name: a\r\n    source:\r\n      path: vendor/sidecars/1\r\n    memory: 1M\r\n',
    ],
    [
      'a dependency with its version; what is a path already stays',
      `sidecars:
  - {name: a, source: {dependency: otelcol, version: "1.x"}}
  - {name: b, source: {path: bin/b}}
  - {name: c, source: {dependency: otelcol}}
java:
  agents:
    - source: {uri: https://host.test/agent.jar, sha256: ${SUM}}
      options: a=b
  libraries:
  - source:
      uri: https://host.test/lib.jar
      sha256: ${SUM}
`,
      `sidecars:
  - {name: a, source: {path: vendor/sidecars/1}}
  - {name: b, source: {path: bin/b}}
  - {name: c, source: {path: vendor/sidecars/2}}
java:
  agents:
    - source: {path: vendor/sidecars/3}
      options: a=b
  libraries:
  - source:
      path: vendor/sidecars/4
`,
    ],
    [
      'a source that two share by alias, once',
      `sidecars:
  - name: a
    source: &otel
      uri: https://host.test/x
      sha256: ${SUM}
  - name: b
    source: *otel
`,
      `sidecars:
  - name: a
    source: &otel
      path: vendor/sidecars/1
  - name: b
    source: *otel
`,
    ],
    [
      'a source that is merged into another, where it is written',
      `sidecars:
  - name: a
    source: &otel {uri: https://host.test/x, sha256: ${SUM}}
  - name: b
    source:
      <<: *otel
      executable: bin/b
  - <<: &defaults {memory: 1M}
    name: c
    source: {<<: *otel}
`,
      `sidecars:
  - name: a
    source: &otel {path: vendor/sidecars/1}
  - name: b
    source:
      <<: *otel
      executable: bin/b
  - <<: &defaults {memory: 1M}
    name: c
    source: {<<: *otel}
`,
    ],
    [
      'a uri that is an alias, where the alias is',
      `sidecars:
  - name: &where https://host.test/x
    source: {uri: *where , sha256: ${SUM}}
`,
      `sidecars:
  - name: &where https://host.test/x
    source: {path: vendor/sidecars/1 }
`,
    ],
    [
      'a uri with an anchor of its own that nobody uses',
      `sidecars:
  - name: a
    source: {uri: &u https://host.test/x, sha256: ${SUM}}
`,
      `sidecars:
  - name: a
    source: {path: &u vendor/sidecars/1}
`,
    ],
    [
      'JSON, which stays JSON',
      `{"sidecars":[{"name":"a","source":{"uri":"https://host.test/x","sha256":"${SUM}"}}]}`,
      '{"sidecars":[{"name":"a","source":{"path":"vendor/sidecars/1"}}]}',
    ],
    [
      'commas at the beginning of lines',
      `sidecars:\n  - name: a\n    source: { sha256: ${SUM}\n            , uri: https://host.test/x }\n`,
      'sidecars:\n  - name: a\n    source: { path: vendor/sidecars/1 }\n',
    ],
  ])('%s', (_title, before, after) => {
    expect(rewrite(before)).toBe(after)
  })

  it.each<[string, string, string]>([
    [
      'above a block, in its indentation, and in place of the comment of an earlier run',
      `sidecars:\n  - name: a\n    source:\n      # mine\n      # vendored from x 1.0\n      uri: https://host.test/x # y\n      sha256: ${SUM}\n`,
      'sidecars:\n  - name: a\n    source:\n      # mine\n      # vendored from x 1.2\n      path: vendor/sidecars/1 # y\n',
    ],
    [
      'above the line of flow maps, one for each',
      `sidecars:\r\n  - {name: a, source: {dependency: x}}\r\n  - source: {dependency: y}\r\njava: {agents: [{source: {dependency: z}}, {source: {dependency: z}}]}\r\n`,
      'sidecars:\r\n  # vendored from x 1.2\r\n  - {name: a, source: {path: vendor/sidecars/1}}\r\n  # vendored from y 3\r\n  - source: {path: vendor/sidecars/2}\r\n# vendored from z 4\r\n# vendored from z 5\r\njava: {agents: [{source: {path: vendor/sidecars/3}}, {source: {path: vendor/sidecars/4}}]}\r\n',
    ],
    [
      'not within a quoted text',
      `sidecars:\n  - {name: "a\n    b", source: {dependency: x}}\n`,
      'sidecars:\n  - {name: "a\n    b", source: {path: vendor/sidecars/1}}\n',
    ],
  ])('says in a comment where the bits came from: %s', (_title, before, after) => {
    expect(rewrite(before, ['x 1.2', 'y 3', 'z 4', 'z 5'])).toBe(after)
  })

  it('not in JSON, which has no comments', () => {
    const text = '{"sidecars": [\n  {"name": "a", "source": {"dependency": "x"}}\n]}\n'
    expect(rewrite(text, ['x 1.2'])).toBe(text.replace('"dependency": "x"', '"path": "vendor/sidecars/1"'))
  })

  it('changes nothing when there is nothing to change', () => {
    const text = 'sidecars:\n  - {name: a, source: {path: bin/a}, env: {uri: x, sha256: y}}\n'
    expect(rewrite(text)).toBe(text)
  })

  it.each([
    [
      'a sum whose anchor is used elsewhere',
      `source: {uri: https://h.test/x, sha256: &sum ${SUM}}\n    setup: *sum`,
    ],
    [
      'a uri whose anchor is used elsewhere',
      `source: {uri: &u https://h.test/x, sha256: ${SUM}}\n    setup: *u`,
    ],
    ['a uri in a block scalar', `source:\n      uri: >-\n        https://h.test/x\n      sha256: ${SUM}`],
  ])('refuses what it cannot edit safely, with its place: %s', (_title, source) => {
    expect(() => rewrite(`sidecars:\n  - name: a\n    ${source}\n`)).toThrow(InputError)
    expect(() => rewrite(`sidecars:\n  - name: a\n    ${source}\n`)).toThrow(/^sidecars\.yml:[34]: /)
  })
})
