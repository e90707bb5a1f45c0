/** `plan --html`: a plan as one page that loads nothing and runs no script. */
import { describeProblem, type Problem } from '../../problems/problems.ts'
import { describeBytes } from '../../system/byte-size.ts'
import type { Plan, ProcessPlan } from '../plan.ts'
import { type InjectedPlan, isMissing, type SidecarPlan, type SourcePlan } from '../sidecar-plan.ts'
import { describeSize } from '../sizes.ts'
import { containerSection, startSection } from './container.ts'
import { type Html, html } from './escape.ts'
import { memorySection } from './memory.ts'
import { STYLE } from './style.ts'

/** @param problems as the command prints them */
export function planPage(plan: Plan, problems: readonly Problem[]): string {
  const { app, java, processes, sidecars, injected } = plan
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Plan of ${app}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<header>
<p class="muted">sidecar-buildpack plan</p>
<h1>${app}</h1>
<p>${verdict(plan)}</p>
${java ? html`<p class="muted">Java app (${java.layout}: ${java.recognisedBy})</p>` : undefined}
</header>
<main>
${problemSection(problems)}
${processes.map((each, index) => processSection(each, `process-${index}`, plan))}
<section aria-labelledby="sidecars"><h2 id="sidecars">Sidecars</h2>
${sidecars.length === 0 ? html`<p>No sidecars.</p>` : html`<div class="cards">${sidecars.map(sidecarCard)}</div>`}
</section>
${injected.length > 0 ? html`<section aria-labelledby="jvm"><h2 id="jvm">JVM of the app</h2><ul>${injected.map(injectedItem)}</ul></section>` : undefined}
</main>
</body>
</html>`.html
  }\n`
}

function verdict({ willStart, processes }: Plan): Html {
  if (!willStart) return html`<strong class="verdict bad">Will not start</strong>`
  return processes.every(({ jvm }) => jvm)
    ? html`<strong class="verdict good">Will start</strong>`
    : html`<strong class="verdict good">Fits</strong> <span class="muted">(the app's own memory use is unknown)</span>`
}

function problemSection(problems: readonly Problem[]): Html | undefined {
  if (problems.length === 0) return undefined
  return html`<section aria-labelledby="problems"><h2 id="problems">Problems</h2>
<ul class="problems">${problems.map((each) => html`<li class="${each.severity}"><b>${each.severity}</b> ${describeProblem(each)}</li>`)}</ul></section>`
}

function processSection(process: ProcessPlan, id: string, plan: Plan): Html {
  const { type, container, willStart, reason, smallest } = process
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">Process ${type}</h2>
${willStart ? undefined : html`<p class="bad">Will not start: ${reason}</p>`}
<dl class="facts">
<div><dt>Memory</dt><dd>${describeSize(container)}</dd></div>
${smallest === undefined ? undefined : html`<div><dt>Smallest memory that works</dt><dd>${describeSize(smallest)}</dd></div>`}
</dl>
${containerSection(process, plan)}
${memorySection(process)}
${startSection(process.startOrder)}
</section>`
}

function sidecarCard(sidecar: SidecarPlan): Html {
  const { name, processTypes, memory, command, source, jvm, restart, onPath, carriedBy, isOfManifest, when } =
    sidecar
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Processes', processTypes.join(', ')],
    ['Memory', memory === undefined ? 'none reserved' : describeSize(memory)],
    ['Memory guard', sidecar.isGuarded && 'restarted if it uses more'],
    ['Command', command],
    ['Source', source && describeSource(source)],
    ['JVM options', jvm?.kind === 'fits' ? jvm.options.join(' ') : undefined],
    ['JVM', jvm?.kind === 'too-little' ? `too little memory: use at least ${jvm.smallest}M` : undefined],
    ['Starts after, stops before', sidecar.after?.join(', ')],
    ['Health', sidecar.health],
    ['Restart', restart === 'never' ? undefined : restart],
    ["On the app's PATH", onPath && 'yes'],
    ['Included in', carriedBy],
    ['Declared in', isOfManifest ? 'the app manifest' : undefined],
    ['Condition', when],
  ]
  return html`<article class="card"><h3>${name}</h3><dl>${facts.map(([term, text]) =>
    text === undefined ? html`` : html`<dt>${term}</dt><dd>${text}</dd>`,
  )}</dl></article>`
}

function injectedItem({ kind, source, option }: InjectedPlan): Html {
  return html`<li>${kind}: <code>${source ? describeSource(source) : option}</code></li>`
}

function describeSource(source: SourcePlan): string {
  const { kind, from, bytes } = source
  if (isMissing(source)) return `${kind} ${from} (not found)`
  if (kind === 'deps') return `${kind} ${from} (found at start in another buildpack)`
  return `${kind} ${from} (${bytes === undefined ? 'size unknown until downloaded' : describeBytes(bytes)})`
}
