import java.lang.instrument.Instrumentation;

/** An agent that loads 20,000 classes of its jar, copies of Many. */
public class RoomAgent {
  public static void premain(String options, Instrumentation instrumentation) throws Exception {
    for (int at = 0; at < 20000; at++) Class.forName(String.format("M%03d", at / 1000) + String.format("%03d", at % 1000));
    System.out.println("loaded 20000");
  }
}
