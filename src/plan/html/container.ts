/** The container of a process: the chain of ports to the app, the other sidecars, and the order in which they start. */
import type { Plan, ProcessPlan } from '../plan.ts'
import { describeSize } from '../sizes.ts'
import type { StartStep } from '../start-order.ts'
import { type Html, html } from './escape.ts'

export function containerSection(process: ProcessPlan, plan: Plan): Html {
  const { type, container, sidecars, proxies, port, command, app } = process
  const memoryOf = new Map(sidecars.map(({ name, memory }) => [name, memory]))
  const inChain = new Set(proxies.map(({ name }) => name))
  const others = sidecars.filter(({ name }) => !inChain.has(name))
  const links = [
    ...proxies.map((each) => link(each.port, box('proxy', each.name, memoryOf.get(each.name)))),
    link(
      port,
      box('app', type, app, command ?? (plan.java ? 'start command of the Java buildpack' : undefined)),
    ),
  ]
  return html`<figure class="container">
<figcaption>Container of ${type}, ${describeSize(container)}</figcaption>
<ol class="chain">${links}</ol>
${others.length > 0 ? html`<ul class="beside">${others.map(({ name, memory }) => html`<li>${box('sidecar', name, memory)}</li>`)}</ul>` : undefined}
</figure>`
}

function link(port: number | undefined, content: Html): Html {
  return html`<li>${port === undefined ? undefined : html`<span class="port">port ${port}</span>`}${content}</li>`
}

function box(
  kind: 'app' | 'proxy' | 'sidecar',
  name: string,
  memory: number | undefined,
  command?: string,
): Html {
  return html`<div class="box ${kind}"><span class="kind">${kind}</span><b>${name}</b>
${command === undefined ? undefined : html`<code>${command}</code>`}
<span class="muted">${memory === undefined ? 'no memory reserved' : describeSize(memory)}</span></div>`
}

export function startSection(steps: readonly StartStep[]): Html | undefined {
  if (steps.length < 2) return undefined
  return html`<h3>Start order</h3>
<ol class="steps">${steps.map(step)}</ol>
<p class="muted">Everything without a condition starts with the container, in no defined order.</p>`
}

function step({ kind, name, waitsFor }: StartStep): Html {
  const conditions = waitsFor.map((each) => html`<li>waits for <b>${each.name}</b>: until ${each.until}</li>`)
  return html`<li><b>${name}</b> <span class="muted">${kind}</span>
${conditions.length > 0 ? html`<ul>${conditions}</ul>` : undefined}</li>`
}
