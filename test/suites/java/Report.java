import java.lang.management.ManagementFactory;

/** Says what its JVM was given, and ends: a task. */
public class Report {
  public static void main(String[] args) {
    ManagementFactory.getRuntimeMXBean().getInputArguments().forEach(System.out::println);
    System.out.println("library " + (Report.class.getClassLoader().getResource("marker.txt") != null));
  }
}
