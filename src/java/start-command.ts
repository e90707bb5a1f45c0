/**
 * Whether a process runs the memory calculator. It is a part of the start command that the Java buildpack releases, so
 * another command runs it only if it calls it.
 * Source: 5.x: src/java/jres/memory_calculator.go, GetCalculatorCommand; 4.x: lib/java_buildpack/jre/
 * open_jdk_like_memory_calculator.rb, memory_calculation_command.
 *
 * @param command absent: the one that the Java buildpack releases
 */
export function runsMemoryCalculator(command: string | undefined): boolean {
  // 5.x also leaves a script memory_calculator.sh in its directory of the droplet.
  return command === undefined || /memory[-_]calculator/.test(command)
}
