/** The memory of a process: a bar to scale, whose segments show their figures on hover and focus, and a table. */
import type { JvmPlan } from '../jvm-plan.ts'
import { type MemoryPart, memoryParts, sumOf } from '../memory-parts.ts'
import type { ProcessPlan } from '../plan.ts'
import { describeSize } from '../sizes.ts'
import { type Html, html } from './escape.ts'

/** Parts below this share of the bar have no room for a name. */
const NARROW = 0.08

export function memorySection(process: ProcessPlan): Html {
  const jvms = [process.jvm, process.otherJvm].filter((each) => each !== undefined)
  if (jvms.length === 0) return html`<h3>Memory</h3>${memoryOf(process, undefined)}`
  return html`<h3>Memory</h3>${jvms.map((jvm) => html`${jvmHeading(process, jvm)}${memoryOf(process, jvm)}`)}`
}

function jvmHeading(process: ProcessPlan, jvm: JvmPlan): Html {
  const { buildpack, javaVersion, javaVersionGiven, loadedClasses, threads, headRoom, reason, options } = jvm
  return html`<h4>Java buildpack ${buildpack}.x</h4>
<p class="muted">Java ${javaVersion}${javaVersionGiven ? '' : ' (its default)'}, ${loadedClasses} loaded classes,
${threads} threads, ${headRoom}% head room</p>
${reason !== undefined && process.willStart ? html`<p class="bad">Does not start: ${reason}</p>` : undefined}
${options ? html`<p class="muted">JVM options: <code>${options}</code></p>` : undefined}`
}

function memoryOf(process: ProcessPlan, jvm: JvmPlan | undefined): Html {
  const { container } = process
  const parts = memoryParts(process, jvm)
  const used = sumOf(parts)
  const total = Math.max(container, used)
  return html`<div class="bar-frame${used > container ? ' over' : ''}">
<ul class="bar">${parts.map((each) => segment(each, total))}</ul>
${used > container ? html`<div class="limit" style="left:${percent(container, total)}"><span>limit ${describeSize(container)}</span></div>` : undefined}
</div>
${used > container ? html`<p class="bad">${describeSize(used - container)} more than the container has</p>` : undefined}
<table><caption>Memory of ${process.type}${jvm ? ` with Java buildpack ${jvm.buildpack}.x` : ''}</caption>
<thead><tr><th scope="col">Part</th><th scope="col" class="number">Size</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>${parts.map((each) => row(each, container))}</tbody>
<tfoot><tr><th scope="row">Container</th><td class="number">${describeSize(container)}</td><td class="number">100%</td></tr></tfoot>
</table>`
}

function segment({ kind, name, size }: MemoryPart, total: number): Html {
  const figures = `${name}: ${describeSize(size)}, ${percent(size, total)}`
  return html`<li class="part ${kind}" style="width:${percent(size, total)}" tabindex="0">
${size / total < NARROW ? undefined : html`<span class="name" aria-hidden="true">${name.replace(/^sidecar /, '')}</span>`}<span class="tip">${figures}</span></li>`
}

function row({ kind, name, size }: MemoryPart, container: number): Html {
  return html`<tr><th scope="row"><span class="swatch ${kind}"></span>${name}</th>
<td class="number">${describeSize(size)}</td><td class="number">${percent(size, container)}</td></tr>`
}

function percent(size: number, total: number): string {
  return `${Math.round((size / total) * 1000) / 10}%`
}
